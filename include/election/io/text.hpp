// SPDX-License-Identifier: MIT
// read_text(), write_text(): 0/1 text, one worker a line.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include <election/codes/packed_allocation.hpp>
#include <election/io/bit_rows.hpp>
#include <election/io/source.hpp>

namespace election {
namespace detail {

/// Reads 0/1 text in one pass.
class text_reader {
public:
    text_reader(std::istream& stream, std::string_view file) : source_(stream, file) {}

    [[nodiscard]] packed_allocation read() {
        source_.skip_byte_order_mark();
        while (source_.peek() != byte_source::end) read_line();
        return matrix_of(rows_, source_);
    }

private:
    enum class last_seen { nothing, entry, comma };

    void read_line() {
        ++line_;
        line_start_ = source_.position();
        last_ = last_seen::nothing;
        take_entries();
        while (!source_.at_line_end() && source_.peek() != '#') refuse_or_take_comma();
        if (last_ == last_seen::comma) source_.fail(line_, "the row ends with a comma; an entry must follow");
        source_.skip_line();
        if (last_ == last_seen::entry) rows_.end_equal_row(source_, line_);
    }

    /// Takes entries, blanks and right commas, as far as they go.
    void take_entries() {
        for (std::string_view some = source_.buffered(); !some.empty(); some = source_.buffered()) {
            std::size_t i = 0;
            last_seen last = last_;
            for (; i < some.size(); ++i) {
                const char c = some[i];
                if (c == '0' || c == '1') {
                    i += take_dense(some.substr(i));
                    if (i == some.size()) {
                        last = last_seen::entry;
                        break;
                    }
                    if (some[i] != '0' && some[i] != '1') {
                        --i;
                    } else {
                        rows_.add(some[i] == '1');
                    }
                    last = last_seen::entry;
                } else if (c == ',' && last == last_seen::entry) {
                    last = last_seen::comma;
                } else if (c != ' ' && c != '\t') {
                    break;
                }
            }
            last_ = last;
            const bool all = i == some.size();
            source_.skip(i);
            if (!all) return;
        }
    }
};

} // namespace detail
} // namespace election
