// SPDX-License-Identifier: MIT
#include <election/train/vote_form.hpp>

#include <concepts>

#include <doctest/doctest.h>

using namespace election;

static_assert(std::same_as<binary_form::votes::matrix, sign_matrix> &&
              std::same_as<binary_form::result::vector, sign_vector>);
static_assert(std::same_as<ternary_form::votes::matrix, ternary_matrix>);
static_assert(std::same_as<abstaining_form::signs, binary> && std::same_as<abstaining_form::votes, ternary>);
static_assert(!binary::abstains && ternary::abstains);

TEST_CASE_TEMPLATE("a form's owners, views and row sets go together", Form, binary, ternary) {
    typename Form::matrix rows(3, 70);
    const typename Form::rows set(rows.view());
    CHECK(set.size() == 3);
    CHECK(set.signs() == 70);
    typename Form::vector one(70);
    const typename Form::view view = one.view();
    CHECK(view.size() == 70);
    rows.span()[2].set(69, true);
    CHECK(rows.view()[2][69] == 1);
}
