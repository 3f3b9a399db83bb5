// SPDX-License-Identifier: MIT
// A convolutional network of libtorch, trained by 15 workers of whom 3 lie: uncoded, and under the paper's code.
//
// libtorch makes the network and its gradients; election packs their signs, lets workers vote and lie, and decodes. On
// Debian 12 (packages g++ cmake libxtensor-dev libxsimd-dev librandom123-dev libtorch-dev), in the project's folder:
//
//   cmake -B build -DELECTION_WITH_TORCH=ON -DELECTION_BUILD_CLI=OFF -DELECTION_BUILD_TESTS=OFF -DELECTION_BUILD_BENCH=OFF
//   cmake --build build --target example_torch && build/bin/examples/torch
//
// It learns digits drawn by a program, or MNIST from a folder that is given as argument (examples/fetch_mnist.sh fills one).
// Batches are small: gradients are noisy then, votes are close, and 3 liars decide many of them.
//
// It ends with 1 if the network has not learnt, or if the code lets a lie through: the code tolerates 3 liars and a sum of
// 15 signs is never 0, so the parameters must be those of honest workers, bit for bit. Between processors, whose matrix
// products round differently, accuracies differ a little.
#include <cstdio>
#include <functional>
#include <tuple>

#include <ATen/core/ivalue.h> // before the others, or clang 14 finds it incomplete

#include <torch/autograd.h>
#include <torch/nn.h>
#include <torch/utils.h>

#include <election/codes.hpp>
#include <election/data.hpp>
#include <election/learners.hpp>
#include <election/train.hpp>

/// A network of libtorch as a learner. A learner has no parameters inside but a network does, so each thread's workspace has
/// one, which gets the parameters with each batch. `make` makes one: samples × features in, samples × outputs out.
class torch_learner {
public:
    using number_type = float;
    struct workspace {
        torch::nn::Sequential network = nullptr;
    };

    torch_learner(std::function<torch::nn::Sequential()> make, std::size_t outputs)
        : make_(std::move(make)), outputs_(outputs) {
        for (const torch::Tensor& t : make_()->parameters()) parameters_ += static_cast<std::size_t>(t.numel());
    }

    [[nodiscard]] std::size_t parameters() const { return parameters_; }
    [[nodiscard]] std::size_t outputs() const { return outputs_; }
    void initialize(std::span<float> x, std::uint64_t seed) const {
        const torch::NoGradGuard constant;
        torch::manual_seed(seed);
        write(make_()->parameters(), x);
    }
    double gradient(std::span<const float> x, const election::dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<float> out, workspace& scratch) const {
        torch::nn::Sequential& network = prepared(scratch, x);
        auto labels = torch::empty(static_cast<std::int64_t>(rows.size()), torch::kLong);
        for (std::size_t i = 0; i < rows.size(); ++i) labels.data_ptr<std::int64_t>()[i] = data.label(rows[i]);
        network->train();
        const torch::Tensor loss = torch::nn::functional::cross_entropy(network->forward(features(data, rows)), labels);
        write(torch::autograd::grad({loss}, network->parameters()), out); // loss.backward(), with nothing left behind
        return loss.item<double>();
    }
    void scores(std::span<const float> x, const election::dense_dataset& data, std::span<const std::uint32_t> rows,
                std::span<float> out, workspace& scratch) const {
        const torch::NoGradGuard constant;
        torch::nn::Sequential& network = prepared(scratch, x);
        network->eval();
        write({network->forward(features(data, rows))}, out);
    }

private:
    torch::nn::Sequential& prepared(workspace& scratch, std::span<const float> x) const {
        if (scratch.network.is_empty()) scratch.network = make_();
        auto all = torch::empty(static_cast<std::int64_t>(x.size())); // a copy: aligned alike in every run
        std::ranges::copy(x, all.data_ptr<float>());
        torch::nn::utils::vector_to_parameters(all, scratch.network->parameters());
        return scratch.network;
    }
    static torch::Tensor features(const election::dense_dataset& data, std::span<const std::uint32_t> rows) {
        auto batch = torch::empty({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(data.features())});
        float* to = batch.data_ptr<float>();
        for (std::uint32_t row : rows) to = std::ranges::copy(data.row(row), to).out;
        return batch;
    }
    /// All numbers of some tensors, one after the other.
    static void write(const std::vector<torch::Tensor>& tensors, std::span<float> out) {
        auto to = out.begin();
        for (const torch::Tensor& t : tensors) {
            const torch::Tensor flat = t.contiguous();
            TORCH_CHECK(flat.numel() <= out.end() - to, "the network gives more than ", out.size(), " numbers");
            to = std::copy_n(flat.data_ptr<float>(), flat.numel(), to);
        }
    }

    std::function<torch::nn::Sequential()> make_;
    std::size_t outputs_;
    std::size_t parameters_ = 0;
};
static_assert(election::learner<torch_learner, election::dense_dataset>);

/// Two convolutions, each with a rectifier and a maximum over 2 × 2 pixels, then a dense layer.
torch::nn::Sequential network(std::int64_t side) {
    namespace nn = torch::nn;
    return nn::Sequential(nn::Unflatten(nn::UnflattenOptions(1, {1, side, side})),
                          nn::Conv2d(nn::Conv2dOptions(1, 8, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
                          nn::Conv2d(nn::Conv2dOptions(8, 16, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(),
                          nn::Linear(16 * (side / 4) * (side / 4), 10));
}

struct digits {
    election::dense_dataset train, test;
};

struct outcome {
    std::vector<float> parameters;
    double accuracy;
};

using attack = std::variant<election::reverse_attack, election::against_attack>;

outcome train(const digits& data, const torch_learner& model, const election::packed_allocation& code, attack lie,
              std::size_t liars) {
    using namespace election;
    const batches rows(shuffled_partitions(data.train.size(), code.partitions(), 1), 3);
    gradient_signs<binary, torch_learner, dense_dataset> signs(model, data.train, rows, {.momentum = 0.9});
    std::vector<float> start(model.parameters());
    model.initialize(start, 1);

    using transport = local_transport<binary_form>;
    election_trainer<binary_form, decltype(signs), transport, vote_lies<attack>> trainer(
        code, signs, start, transport(code.workers()),
        vote_lies<attack>(lie, lie_schedule(code.workers(), random_liars(code.workers(), liars, 1))),
        {.step = 0.002, .ties = tie_policy::positive});
    for (int round = 0; round < 200; ++round) trainer.step();

    torch_learner::workspace scratch;
    const auto test = row_range(0, data.test.size());
    const double right = evaluate(model, trainer.parameters(), data.test, test, scratch).accuracy;
    return {{trainer.parameters().begin(), trainer.parameters().end()}, right};
}

int main(int argc, char** argv) try {
    using namespace election;
    torch::set_num_threads(1); // sums in the same order in every run
    const std::string folder = argc > 1 ? argv[1] : "";
    const digits data = folder.empty()
                            ? digits{drawn_digits(4000, 1), drawn_digits(1000, 2)}
                            : digits{mnist(folder + "/train-images-idx3-ubyte", folder + "/train-labels-idx1-ubyte"),
                                     mnist(folder + "/t10k-images-idx3-ubyte", folder + "/t10k-labels-idx1-ubyte")};
    const std::int64_t side = folder.empty() ? drawn_digit_side : 28;
    const torch_learner model([side] { return network(side); }, 10);
    std::printf("%zu parameters, %zu pictures, 200 rounds; accuracy when of 15 workers\n", model.parameters(),
                data.train.size());

    bool good = true;
    std::vector<float> honest;
    const std::tuple<const char*, attack, std::size_t> cases[] = {
        {"nobody lies", {}, 0},
        {"3 vote the reverse of what they found", reverse_attack{}, 3},
        {"3 vote against the truth", against_attack{}, 3},
    };
    for (const auto& [what, lie, liars] : cases) {
        const outcome plain = train(data, model, packed(uncoded(15)), lie, liars);
        const outcome coded = train(data, model, packed(deterministic(15, 3)), lie, liars);
        if (liars == 0) honest = plain.parameters;
        const bool harmless = coded.parameters == honest;
        std::printf("%s: %.3f uncoded, %.3f coded, %s parameters\n", what, plain.accuracy, coded.accuracy,
                    harmless ? "the honest" : "OTHER");
        // Without a code liars must do harm: else nobody has lied, and it says nothing that the code let nothing through.
        good = good && harmless && coded.accuracy > 0.8 && (liars == 0 || plain.parameters != honest);
    }
    return good ? 0 : 1;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 2;
}
