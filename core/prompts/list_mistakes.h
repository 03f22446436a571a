#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/place.h"

namespace fanlight {

/// All mistakes of a list, a line each. (The lines of other errors are made one, lest a value forge some.)
class ListError final : public UsageError {
public:
    explicit ListError(std::vector<Sentence> lines);
    const char* what() const noexcept override { return text_.c_str(); }
    const std::vector<Sentence>& lines() const { return lines_; }

private:
    std::vector<Sentence> lines_;
    std::string text_;
};

/// The mistakes of a list, which are all said at once: whoever mends a list of thousand rows does not want to hear of
/// them one by one. Those that say the same of several places are one.
class ListMistakes {
public:
    /// `name`: the list, with which the places of its mistakes begin.
    explicit ListMistakes(const Place& name) : name_(name.text()) {}

    /// Takes a step. If it is refused, the reason is kept, and the answer is false.
    template <typename Step>
    bool attempt(const Step& step) {
        try {
            step();
            return true;
        } catch (const ListError&) {
            throw;
        } catch (const UsageError& error) {
            add(error.sentence());
            return false;
        }
    }

    /// Throws ListError if there are so many that the rest would not be read, either.
    void add(const Sentence& sentence);
    int64_t count() const { return count_; }

    /// If there are any, throws ListError with up to 20 of them, a line each, and the number of the others.
    void raise() const;

private:
    /// Where the reason begins, behind the place.
    size_t reason_in(const std::string& sentence) const;

    struct Mistake {
        Sentence sentence;
        int64_t repeated = 0;
    };
    std::string name_;  ///< in English
    std::vector<Mistake> told_;
    std::map<std::string, size_t> known_;  ///< by reason
    int64_t count_ = 0, untold_ = 0;
};

}  // namespace fanlight
