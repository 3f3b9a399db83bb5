// SPDX-License-Identifier: MIT
#include <election/data/idx.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/temporary_file.hpp>

using namespace election;
using election_test::temporary_file;

namespace {

std::string idx(const std::vector<std::uint32_t>& shape, const std::string& values, char type = 8) {
    std::string bytes{'\0', '\0', type, static_cast<char>(shape.size())};
    for (std::uint32_t length : shape) {
        for (unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(length >> shift & 255U);
    }
    return bytes + values;
}

idx_array read_idx_bytes(const std::string& bytes) {
    std::istringstream stream(bytes);
    return read_idx(stream, "file");
}

void check_idx_error(const std::string& bytes, const std::string& message) {
    CHECK_THROWS_WITH_AS((void)read_idx_bytes(bytes), message.c_str(), format_error);
}

} // namespace

TEST_CASE("arrays of one to four dimensions") {
    const idx_array one = read_idx_bytes(idx({3}, "\x01\xff\x7f"));
    CHECK(one.shape == std::vector<std::size_t>{3});
    CHECK(one.values == std::vector<std::uint8_t>{1, 255, 127});
    CHECK(read_idx_bytes(idx({2, 1, 3}, "abcdef")).shape == std::vector<std::size_t>{2, 1, 3});
    CHECK(read_idx_bytes(idx({1, 2, 1, 2}, "abcd")).values == std::vector<std::uint8_t>{'a', 'b', 'c', 'd'});
    CHECK(read_idx_bytes(idx({258}, std::string(258, 'x'))).shape[0] == 258);
    CHECK(read_idx_bytes(idx({0}, "")).values.empty());
    CHECK(read_idx_bytes(idx({4000000000U, 4000000000U, 4000000000U, 0}, "")).values.empty());
}

TEST_CASE("malformed arrays") {
    check_idx_error("", "file: is empty; an IDX file begins with its type and dimensions");
    const std::string magic =
        "file: is not an IDX file, which begins with two bytes 0, its type and its number of dimensions";
    check_idx_error(std::string("\0\0\x08", 3), magic);
    check_idx_error("1,2,3\n", magic);
    check_idx_error(std::string("\0\x01\x08\x01\0\0\0\0", 8), magic);
    check_idx_error(idx({1}, "abcd", 0x0d), "file: has numbers of type 13; only unsigned bytes, type 8, are read");
    check_idx_error(idx({}, "a"), "file: has no dimensions; at least one is needed");
    check_idx_error(idx({5, 5}, "").substr(0, 11), "file: ends in its header, after 11 bytes of 12");
    check_idx_error(idx({2, 3}, "abcde"), "file: has 5 bytes after its header, which claims 2 x 3; the file is cut off");
    check_idx_error(idx({2, 3}, "abcdefg"),
                    "file: has 7 bytes after its header, which claims 2 x 3; it is no IDX file or has something at its end");
    check_idx_error(idx({0, 3}, "a"),
                    "file: has 1 bytes after its header, which claims 0 x 3; it is no IDX file or has something at its end");
    // 2⁶⁴ + 0 values: a product that overflows to what the file has.
    check_idx_error(idx({65536, 65536, 65536, 65536}, ""),
                    "file: has 0 bytes after its header, which claims 65536 x 65536 x 65536 x 65536; the file is cut off");
    check_idx_error(
        idx({4294967295U, 4294967295U, 4294967295U}, "abc"),
        "file: has 3 bytes after its header, which claims 4294967295 x 4294967295 x 4294967295; the file is cut off");
}

TEST_CASE("every prefix of a file is refused") {
    const std::string whole = idx({2, 2, 2}, "abcdefgh");
    CHECK(read_idx_bytes(whole).values.size() == 8);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_THROWS_AS((void)read_idx_bytes(whole.substr(0, length)), format_error);
    }
}

TEST_CASE("pictures and labels") {
    const temporary_file images("images", idx({2, 2, 2}, std::string("\0\xff\x33\x01\x02\x03\x04\x05", 8)));
    const temporary_file labels("labels", idx({2}, std::string("\x09\0", 2)));
    const dense_dataset data = mnist(images.path(), labels.path());
    CHECK(data.size() == 2);
    CHECK(data.features() == 4);
    CHECK(data.classes() == 10);
    CHECK(data.label(0) == 9);
    CHECK(data.label(1) == 0);
    CHECK(data.row(0)[0] == 0);
    CHECK(data.row(0)[1] == 1);
    CHECK(data.row(0)[2] == 0.2F);
    CHECK(data.row(1)[3] == 5.0F / 255);
    const dense_dataset scaled = mnist(images.path(), labels.path(), {0.5F, 0.25F}, 12);
    CHECK(scaled.classes() == 12);
    CHECK(scaled.row(0)[0] == -2);
    CHECK(scaled.row(0)[1] == 2);
}

TEST_CASE("pictures and labels that do not fit") {
    const temporary_file images("images", idx({2, 1, 1}, "ab"));
    const temporary_file labels("labels", idx({2}, "\x01\x02"));
    const temporary_file three("three", idx({3}, "\x01\x02\x03"));
    const temporary_file none("none", idx({0, 28, 28}, ""));
    const temporary_file packed("packed", "\x1f\x8b\x08");
    const auto check = [](const std::string& a, const std::string& b, const std::string& message) {
        CHECK_THROWS_WITH_AS((void)mnist(a, b), message.c_str(), format_error);
    };
    check(images.path(), three.path(), three.path() + ": has 3 labels, but " + images.path() + " has 2 pictures");
    check(labels.path(), images.path(),
          images.path() + ": is 2 x 1 x 1, but labels have one dimension; are the two files exchanged?");
    check(labels.path(), labels.path(),
          labels.path() + ": is 2, but pictures have at least two dimensions: samples and pixels");
    check(none.path(), labels.path(), none.path() + ": is 0 x 28 x 28, no pictures");
    check("/no/such/file", labels.path(), "/no/such/file: cannot be opened: No such file or directory");
    check(packed.path(), labels.path(), packed.path() + ": is compressed with gzip; unpack it first, with gunzip");
    CHECK_THROWS_WITH_AS((void)mnist(images.path(), labels.path(), {}, 2),
                         (labels.path() + ": label 1 is 2, not below the number of classes, 2").c_str(), format_error);
    CHECK_THROWS_WITH_AS((void)mnist(images.path(), labels.path(), {0, 0}),
                         "election::mnist: deviation = 0 must be a finite number above 0", parameter_error);
    CHECK_THROWS_AS((void)mnist(images.path(), labels.path(), {std::numeric_limits<float>::quiet_NaN(), 1}),
                    parameter_error);
}

TEST_CASE("MNIST itself") {
    const char* folder = std::getenv("ELECTION_MNIST");
    if (folder == nullptr) {
        MESSAGE("skipped: the environment variable ELECTION_MNIST names no folder with the four files");
        return;
    }
    const std::string path = folder;
    const dense_dataset train = mnist(path + "/train-images-idx3-ubyte", path + "/train-labels-idx1-ubyte");
    CHECK(train.size() == 60000);
    CHECK(train.features() == 784);
    double sum = 0;
    std::array<int, 10> of_class{};
    for (std::size_t i = 0; i < train.size(); ++i) {
        for (float x : train.row(i)) sum += x;
        ++of_class[train.label(i)];
    }
    CHECK(sum / (60000 * 784) == doctest::Approx(0.1307).epsilon(0.0005)); // published
    CHECK(of_class == std::array<int, 10>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    const dense_dataset test = mnist(path + "/t10k-images-idx3-ubyte", path + "/t10k-labels-idx1-ubyte");
    CHECK(test.size() == 10000);
    CHECK(test.label(0) == 7);
}
