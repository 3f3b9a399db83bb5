// SPDX-License-Identifier: MIT
// Checkpoints: the state of a run in a file, written whole or not at all, and taken up by the same run only.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/source.hpp>
#include <election/train/run_identity.hpp>

namespace election {

/// The version of checkpoint files that this library writes, and the only one that it reads.
inline constexpr std::uint32_t checkpoint_version = 1;

/// What stands in a checkpoint in front of the state.
struct checkpoint_head {
    run_identity identity; ///< of the run
    std::uint64_t step;    ///< rounds that have been held
};

namespace detail {

inline constexpr std::string_view checkpoint_magic = "election checkpoint\n";
inline constexpr std::uint64_t checkpoint_order = 0x0102030405060708U; ///< as memory has it: states are in this byte order

/// A hash of bytes as they come; that of all does not depend on how they were cut.
class running_checksum {
public:
    void add(const char* bytes, std::size_t count) noexcept {
        size_ += count;
        while (count > 0 && held_ != 0) {
            take(*bytes++);
            --count;
        }
        for (; count >= 8; count -= 8, bytes += 8) {
            std::uint64_t word = 0;
            for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
            hash_ = hash_step(hash_, word);
        }
        for (; count > 0; --count) take(*bytes++);
    }
    [[nodiscard]] std::uint64_t value() const noexcept {
        return hash_step(hash_step(hash_step(hash_, word_), size_), 0); // the last bytes reach all bits, too
    }

private:
    void take(char byte) noexcept {
        word_ |= std::uint64_t{static_cast<unsigned char>(byte)} << (8 * held_);
        if (++held_ == 8) {
            hash_ = hash_step(hash_, word_);
            word_ = 0;
            held_ = 0;
        }
    }

    std::uint64_t hash_ = 0x9E3779B97F4A7C15U;
    std::uint64_t word_ = 0;
    std::uint64_t size_ = 0;
    unsigned held_ = 0; ///< bytes in word_
};

/// A stream buffer that hands everything on and adds it to a checksum.
class checksum_buffer : public std::streambuf {
public:
    explicit checksum_buffer(std::ostream& to) : to_(to) {}
    [[nodiscard]] std::uint64_t value() const noexcept { return sum_.value(); }

protected:
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
        sum_.add(bytes, static_cast<std::size_t>(count));
        return to_.write(bytes, count) ? count : 0;
    }
    int_type overflow(int_type c) override {
        if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
        const char byte = traits_type::to_char_type(c);
        return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
    }

private:
    std::ostream& to_;
    running_checksum sum_;
};

/// Integers with the lowest byte first.
template <class T>
void write_integer(std::ostream& to, T value) {
    for (unsigned i = 0; i < sizeof(T); ++i) to.put(static_cast<char>(value >> (8 * i) & 0xFF));
}
template <class T>
[[nodiscard]] T read_integer(std::istream& from) {
    T value = 0;
    for (unsigned i = 0; i < sizeof(T); ++i) {
        value = static_cast<T>(value | static_cast<T>(static_cast<T>(from.get() & 0xFF) << (8 * i)));
    }
    return value;
}

/// A checkpoint file that was read once from end to end, to see that it is whole; the stream stands before the state.
class checkpoint_file {
public:
    explicit checkpoint_file(const std::string& path) : path_(path) {
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) fail("is a folder; a checkpoint must be given");
        errno = 0;
        stream_.open(path, std::ios::binary);
        if (!stream_) fail("cannot be read: " + std::generic_category().message(errno));
        std::string magic(checkpoint_magic.size(), '\0');
        stream_.read(magic.data(), static_cast<std::streamsize>(magic.size()));
        magic.resize(static_cast<std::size_t>(stream_.gcount()));
        if (!checkpoint_magic.starts_with(magic) || magic.empty()) fail("is no checkpoint");
        const auto version = read_integer<std::uint32_t>(stream_);
        if (stream_ && version != checkpoint_version) {
            fail(joined({"is a checkpoint of version ", std::to_string(version), ", not ",
                         std::to_string(checkpoint_version), "; or it is damaged"}));
        }
        check_sum();
        read_head();
    }

    [[nodiscard]] const checkpoint_head& head() const noexcept { return head_; }
    [[nodiscard]] std::istream& state() noexcept { return stream_; }
    /// Whether the state has been read to its end and no further.
    [[nodiscard]] bool at_end() { return stream_.good() && stream_.tellg() == std::streampos(end_); }
    [[noreturn]] void fail(const std::string& what) const { throw format_error(path_, 0, what); }

private:
    [[noreturn]] void damaged() const {
        fail("is cut off or damaged: its checksum is wrong; take an earlier checkpoint or start anew");
    }

    void check_sum() {
        stream_.clear();
        stream_.seekg(0, std::ios::end);
        end_ = static_cast<std::streamoff>(stream_.tellg()) - 8;
        stream_.seekg(0);
        if (end_ < static_cast<std::streamoff>(checkpoint_magic.size() + 4)) damaged();
        running_checksum sum;
        std::vector<char> bytes(std::size_t{1} << 16);
        for (std::streamoff left = end_; left > 0;) {
            const auto size = std::min(left, static_cast<std::streamoff>(bytes.size()));
            stream_.read(bytes.data(), size);
            if (!stream_) fail("cannot be read whole");
            sum.add(bytes.data(), static_cast<std::size_t>(size));
            left -= size;
        }
        if (read_integer<std::uint64_t>(stream_) != sum.value()) damaged();
    }

    /// The checksum was right, so that what is wrong here was written so.
    void read_head() {
        stream_.seekg(static_cast<std::streamoff>(checkpoint_magic.size() + 4));
        std::uint64_t order = 0;
        stream_.read(reinterpret_cast<char*>(&order), sizeof order);
        if (order != checkpoint_order) fail("was written by a machine with another order of bytes");
        head_.step = read_integer<std::uint64_t>(stream_);
        const auto hash = read_integer<std::uint64_t>(stream_);
        const auto length = read_integer<std::uint64_t>(stream_);
        if (!stream_ || length > static_cast<std::uint64_t>(end_)) fail("is no checkpoint: its head is wrong");
        std::string text(static_cast<std::size_t>(length), '\0');
        stream_.read(text.data(), static_cast<std::streamsize>(length));
        try {
            head_.identity = run_identity::parse(text);
        } catch (const error&) {
            fail("is no checkpoint: its identity is wrong");
        }
        if (!stream_ || stream_.tellg() > std::streampos(end_) || head_.identity.hash() != hash) {
            fail("is no checkpoint: its identity is wrong");
        }
    }

    std::string path_;
    std::ifstream stream_;
    std::streamoff end_ = 0; ///< of the state, where the checksum begins
    checkpoint_head head_{};
};

} // namespace detail

/// Writes a checkpoint: a head with the run's identity as readable text and its hash, the state, and a checksum of all that.
///
/// It is written under a temporary name and renamed (see write_file()): whenever the process is killed, `path` is the last
/// checkpoint or the one before. States have the byte order of the machine.
/// \param path      the file; an existing one is replaced
/// \param identity  of the run
/// \param step      rounds that have been held
/// \param save      called as save(stream) with a binary std::ostream: writes the state
/// \throws format_error  see write_file()
/// \par Complexity
/// O(bytes), in one pass and without a copy of the state
///
/// \code
/// const std::string path = (std::filesystem::temp_directory_path() / "election_checkpoint.example").string();
/// election::run_identity run;
/// run.set("code", "uncoded:n=3").set("seed", 1);
/// election::write_checkpoint(path, run, 7, [](std::ostream& to) { to << "state"; });
/// std::string state(5, ' ');
/// assert(election::read_checkpoint(path, run, [&](std::istream& from) { from.read(state.data(), 5); }) == 7);
/// assert(state == "state" && election::read_checkpoint_head(path).identity == run);
/// std::filesystem::remove(path);
/// \endcode
template <class Save>
void write_checkpoint(const std::string& path, const run_identity& identity, std::uint64_t step, Save&& save) {
    write_file(path, [&](std::ostream& file) {
        detail::checksum_buffer buffer(file);
        std::ostream to(&buffer);
        to.write(detail::checkpoint_magic.data(), static_cast<std::streamsize>(detail::checkpoint_magic.size()));
        detail::write_integer(to, checkpoint_version);
        to.write(reinterpret_cast<const char*>(&detail::checkpoint_order), sizeof detail::checkpoint_order);
        detail::write_integer(to, step);
        detail::write_integer(to, identity.hash());
        const std::string text = identity.str();
        detail::write_integer(to, std::uint64_t{text.size()});
        to << text;
        save(to);
        if (!to) file.setstate(std::ios::badbit);
        detail::write_integer(file, buffer.value());
    });
}

/// What a checkpoint is of; the whole file is read to see that it is not damaged.
/// \param path  the file
/// \throws format_error  "PATH: …": missing, no checkpoint, of another version, cut off or damaged
/// \par Complexity
/// O(bytes)
[[nodiscard]] inline checkpoint_head read_checkpoint_head(const std::string& path) {
    return detail::checkpoint_file(path).head();
}

/// Reads a checkpoint back.
/// \param path      the file
/// \param identity  of the run that wants to go on
/// \param load      called as load(stream) with a std::istream: reads what save() wrote, to its last byte, or throws
/// \returns rounds that have been held
/// \throws format_error  "PATH: …": missing, no checkpoint, of another version, cut off or damaged, of another run (then it names what
///                       differs; nothing has been loaded), or with a state that is not what `load` reads
/// \par Complexity
/// O(bytes), in two passes and without a copy of the state
template <class Load>
std::uint64_t read_checkpoint(const std::string& path, const run_identity& identity, Load&& load) {
    detail::checkpoint_file file(path);
    if (file.head().identity != identity) {
        file.fail("is of another run: there " + file.head().identity.difference(identity));
    }
    load(file.state());
    if (!file.at_end()) file.fail("has a state of another length than this run's");
    return file.head().step;
}

/// Writes the state of a trainer: what its save() writes.
/// \param path      the file; an existing one is replaced
/// \param identity  of the run
/// \param trainer   an election_trainer, or what has its steps() and save()
/// \throws format_error  see write_file()
template <class Trainer>
void save_checkpoint(const std::string& path, const run_identity& identity, const Trainer& trainer) {
    write_checkpoint(path, identity, trainer.steps(), [&](std::ostream& to) { trainer.save(to); });
}

/// Takes up what save_checkpoint() wrote.
/// \param path      the file
/// \param identity  of the run
/// \param trainer   made like the one that was saved; when this throws an error about a state, it must not be used
/// \returns rounds that have been held
/// \throws format_error  see read_checkpoint()
/// \throws error         see the trainer's load()
template <class Trainer>
std::uint64_t load_checkpoint(const std::string& path, const run_identity& identity, Trainer& trainer) {
    return read_checkpoint(path, identity, [&](std::istream& from) { trainer.load(from); });
}

} // namespace election
