#pragma once

#include <algorithm>

#include "tests/support/toy_family/network.h"
#include "tests/support/toy_text/family.h"

namespace fanlight::toy {

/// Appends one word, a single letter, after each evaluation. A row ends when it has all its words; their number is not
/// reported beforehand.
class Texts : public Rows<ToyText> {
public:
    Texts(const Loaded& model, std::vector<ToyText> tasks) : Rows(model, std::move(tasks)), words_(tasks_.size()) {}

    Progress progress() const override { return {evaluated_, 0}; }

protected:
    Outputs outputs() override {
        Records records;
        for (size_t i = 0; i < tasks_.size(); ++i)
            records.rows.push_back({tasks_[i].prompt + ":" + words_[i], {{"words", tasks_[i].words}}});
        return records;
    }
    bool taken(size_t evaluations) override {
        const at::Tensor chosen = result_.cpu().to(at::kFloat).argmax(1);
        bool another = false;
        for (size_t i = 0; i < tasks_.size(); ++i) {
            const auto words = static_cast<size_t>(tasks_[i].words);
            if (evaluations > words) continue;
            const auto letter =
                (chosen[static_cast<int64_t>(i)].item<int64_t>() + static_cast<int64_t>(evaluations)) % 26;
            (words_[i] += ' ') += static_cast<char>('a' + letter);
            another |= evaluations < words;
        }
        return another;
    }

private:
    std::vector<std::string> words_;
};

inline NetworkHalf text_network() { return network_half_of<Texts, ToyText>(text_family()); }

}  // namespace fanlight::toy
