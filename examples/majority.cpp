// SPDX-License-Identifier: MIT
// One step of SignSGD: the gradients of five workers become signs, and their majority moves the weights.
// [program]
#include <iostream>
#include <vector>

#include <election/majority.hpp>
#include <election/packing.hpp>

int main() {
    const std::vector<std::vector<float>> gradients{
        {0.5f, -2.0f, 0.1f, 0.0f, -0.3f, 7.0f}, {0.4f, -1.0f, -0.2f, 1.5f, -0.1f, -9.0f},
        {0.6f, -3.0f, 0.3f, -0.5f, 0.2f, 8.0f}, {-0.1f, 1.0f, -0.4f, 0.8f, -0.6f, -2.0f},
        {0.2f, -0.5f, 0.7f, 0.9f, 0.4f, -1.0f},
    };
    std::vector<float> weights(6, 1.0f);

    // [step]
    election::sign_matrix votes(gradients.size(), weights.size()); // a row a worker, one bit a sign
    for (std::size_t i = 0; i < gradients.size(); ++i) election::pack(gradients[i], votes[i]);

    election::sign_vector decoded(weights.size());
    election::majority(votes, decoded);

    election::update(weights, 0.25, decoded); // weights -= 0.25 * decoded
    // [/step]

    for (std::size_t i = 0; i < votes.rows(); ++i) std::cout << "worker " << i << "  " << votes[i] << '\n';
    std::cout << "majority  " << decoded << "\nweights  ";
    for (float weight : weights) std::cout << ' ' << weight;
    std::cout << '\n';
    return to_string(decoded) == "+-++--" ? 0 : 1;
}
// [/program]
