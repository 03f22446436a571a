#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include "core/base/sentence.h"

namespace fanlight {

/// Where something stands, for the beginning of a sentence: a file or an option, and in it an item, or a line and a
/// column, both counted from 1. A part of a sentence, made into one only when there is something to say: of a long list
/// every value has its place.
class Place {
public:
    Place() = default;
    /// A name, which is the same in every language.
    template <std::convertible_to<std::string> Name>
    Place(const Name& name) : name_(std::string(name)) {}  // NOLINT(google-explicit-constructor)
    Place(Sentence name) : name_(std::move(name)) {}       // NOLINT(google-explicit-constructor)

    Place item(int64_t item) const;
    Place line(int64_t line) const;
    Place column(int64_t column) const;

    bool empty() const { return name_.empty(); }
    /// "prompts.csv, line 3, column 2"
    Sentence sentence() const;
    /// In English.
    std::string text() const { return sentence().text(); }

    bool operator==(const Place&) const = default;

private:
    Sentence name_;
    int64_t item_ = -1, line_ = 0, column_ = 0;  ///< -1, 0: none
};

}  // namespace fanlight
