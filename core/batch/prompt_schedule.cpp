#include "core/batch/prompt_schedule.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <variant>

#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr int max_depth = 64;
constexpr size_t max_texts =
    64;  ///< of possible_texts(): more alternatives would take time by the square of their number

struct Group;
/// Plain text, brackets that are no group included, and groups.
using Sequence = std::vector<std::variant<std::string_view, std::shared_ptr<const Group>>>;

struct Group {
    enum class Kind { Emphasis, Switch, Alternatives };

    Kind kind = Kind::Emphasis;
    std::vector<std::string_view> delimiters;  ///< the brackets, and the separators between them
    std::vector<Sequence> branches;            ///< of Switch: before and after
    std::string_view number;                   ///< of Switch
    size_t texts = 1;                          ///< how many it takes to show all branches

    /// The last step of what is before a switch.
    int last_step(int steps) const {
        double value = 0;
        const bool is_positive = number.front() == '+';
        std::from_chars(number.data() + (is_positive ? 1 : 0), number.data() + number.size(), value);
        const double step = number.find('.') != std::string_view::npos ? value * steps : value;
        return static_cast<int>(std::clamp(step, -1.0, static_cast<double>(steps)));
    }
};

/// [+-]digits[.digits][e[+-]digits], with digits on at least one side of the point.
bool is_number(std::string_view text) {
    size_t at = 0;
    const auto sign = [&] { at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0; };
    const auto digits = [&] {
        const size_t first = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        return at - first;
    };
    sign();
    size_t count = digits();
    if (at < text.size() && text[at] == '.') ++at, count += digits();
    if (count == 0) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        sign();
        if (digits() == 0) return false;
    }
    return at == text.size();
}

/// How many texts it takes to show all branches of its groups; they change together.
size_t count_texts(const Sequence& sequence) {
    size_t count = 1;
    for (const auto& piece : sequence)
        if (const auto* group = std::get_if<std::shared_ptr<const Group>>(&piece))
            count = std::max(count, (*group)->texts);
    return count;
}

class Parser {
public:
    explicit Parser(std::string_view prompt) : prompt_(prompt) {}

    /// nullopt: a `|` or a backslash is out of place.
    std::optional<Sequence> parse() {
        Sequence parsed;
        while (at_ < prompt_.size()) {
            const size_t start = at_;
            const char c = prompt_[at_];
            if (auto group = c == '(' || c == '[' ? parse_group(0) : nullptr) {
                parsed.emplace_back(std::move(group));
                continue;
            }
            at_ = start;
            if (c == '|') return std::nullopt;
            if (std::string_view("()[]:").find(c) != std::string_view::npos)
                ++at_;
            else if (!skip_plain())
                return std::nullopt;
            parsed.emplace_back(prompt_.substr(start, at_ - start));
        }
        return parsed;
    }

private:
    bool is_at(char c) const { return at_ < prompt_.size() && prompt_[at_] == c; }

    /// To the next character that may have a meaning; false: there is nothing plain.
    bool skip_plain() {
        const size_t start = at_;
        while (at_ < prompt_.size() && std::string_view("()[]:|").find(prompt_[at_]) == std::string_view::npos) {
            const bool escapes = prompt_[at_] == '\\';
            if (escapes && (at_ + 1 == prompt_.size() || prompt_[at_ + 1] == '\n')) return false;
            at_ += escapes ? 2 : 1;
        }
        return at_ > start;
    }

    /// Text and groups to the next `:`, `|` or closing bracket; nullopt: a group in it cannot be read.
    std::optional<Sequence> parse_branch(int depth) {
        Sequence parsed;
        while (at_ < prompt_.size() && std::string_view(":|)]").find(prompt_[at_]) == std::string_view::npos) {
            if (is_at('(') || is_at('[')) {
                auto group = parse_group(depth + 1);
                if (!group) return std::nullopt;
                parsed.emplace_back(std::move(group));
            } else {
                const size_t start = at_;
                if (!skip_plain()) return std::nullopt;
                parsed.emplace_back(prompt_.substr(start, at_ - start));
            }
        }
        return parsed;
    }

    /// From an open bracket to its end. What cannot be read is remembered, or brackets that are never closed would take
    /// time by the square of their number.
    std::shared_ptr<const Group> parse_group(int depth) {
        const size_t start = at_;
        if (depth >= max_depth || unreadable_.contains(start)) return nullptr;
        auto group = parse_known(depth);
        if (!group) unreadable_.insert(start);
        return group;
    }

    std::shared_ptr<const Group> parse_known(int depth) {
        Group group;
        const bool is_round = is_at('(');
        const char close = is_round ? ')' : ']';
        std::string separators;
        std::string_view last;
        do {
            group.delimiters.push_back(prompt_.substr(at_, 1));
            const size_t start = ++at_;
            auto branch = parse_branch(depth);
            if (!branch || at_ == prompt_.size()) return nullptr;
            last = prompt_.substr(start, at_ - start);
            group.branches.push_back(std::move(*branch));
            separators += prompt_[at_];
        } while (separators.back() == ':' || separators.back() == '|');
        if (separators.back() != close) return nullptr;
        group.delimiters.push_back(prompt_.substr(at_, 1));
        ++at_;
        separators.pop_back();
        if (separators.empty() || (is_round && separators == ":")) return finished(std::move(group));
        if (is_round) return nullptr;
        if (separators.find(':') == std::string::npos) {
            group.kind = Group::Kind::Alternatives;
            return finished(std::move(group));
        }
        group.number = trimmed(last);
        if (separators.size() > 2 || separators.find('|') != std::string::npos || !is_number(group.number))
            return nullptr;
        group.kind = Group::Kind::Switch;
        group.branches.pop_back();
        if (group.branches.size() == 1) group.branches.insert(group.branches.begin(), Sequence());
        return finished(std::move(group));
    }

    static std::shared_ptr<const Group> finished(Group group) {
        group.texts = group.kind == Group::Kind::Emphasis ? 1 : 0;
        for (const Sequence& branch : group.branches)
            group.texts = group.kind == Group::Kind::Emphasis ? std::max(group.texts, count_texts(branch))
                                                              : group.texts + count_texts(branch);
        return std::make_shared<const Group>(std::move(group));
    }

    const std::string_view prompt_;
    size_t at_ = 0;
    std::set<size_t> unreadable_;
};

/// The last steps of all texts that the sequence stands for.
void find_last_steps(const Sequence& sequence, int steps, std::set<int>& found) {
    for (const auto& piece : sequence) {
        const auto* group = std::get_if<std::shared_ptr<const Group>>(&piece);
        if (!group) continue;
        if ((*group)->kind == Group::Kind::Switch) found.insert((*group)->last_step(steps));
        if ((*group)->kind == Group::Kind::Alternatives)
            for (int step = 1; step <= steps; ++step) found.insert(step);
        for (const Sequence& branch : (*group)->branches) find_last_steps(branch, steps, found);
    }
}

/// Appends what the sequence stands for at a step, which is counted from 1.
void append(const Sequence& sequence, int step, int steps, std::string& text) {
    for (const auto& piece : sequence) {
        if (const auto* plain = std::get_if<std::string_view>(&piece)) {
            text += *plain;
            continue;
        }
        const Group& group = *std::get<std::shared_ptr<const Group>>(piece);
        switch (group.kind) {
            case Group::Kind::Emphasis:
                for (size_t i = 0; i < group.branches.size(); ++i) {
                    text += group.delimiters[i];
                    append(group.branches[i], step, steps, text);
                }
                text += group.delimiters.back();
                break;
            case Group::Kind::Switch:
                append(group.branches[step <= group.last_step(steps) ? 0 : 1], step, steps, text);
                break;
            case Group::Kind::Alternatives:
                append(group.branches[static_cast<size_t>(step - 1) % group.branches.size()], step, steps, text);
                break;
        }
    }
}

void find_marks(const Sequence& sequence, std::vector<std::string_view>& marks) {
    for (const auto& piece : sequence) {
        const auto* found = std::get_if<std::shared_ptr<const Group>>(&piece);
        if (!found) continue;
        const Group& group = **found;
        for (const Sequence& branch : group.branches) find_marks(branch, marks);
        if (group.kind == Group::Kind::Emphasis) continue;
        marks.insert(marks.end(), group.delimiters.begin(), group.delimiters.end());
        if (!group.number.empty()) marks.push_back(group.number);
    }
}

/// Appends the pieces of the text `which` of those that show all branches.
void append_pieces(const Sequence& sequence, size_t which, std::vector<std::string_view>& pieces) {
    for (const auto& piece : sequence) {
        if (const auto* plain = std::get_if<std::string_view>(&piece)) {
            pieces.push_back(*plain);
            continue;
        }
        const Group& group = *std::get<std::shared_ptr<const Group>>(piece);
        if (group.kind == Group::Kind::Emphasis) {
            for (size_t i = 0; i < group.branches.size(); ++i) {
                pieces.push_back(group.delimiters[i]);
                append_pieces(group.branches[i], which, pieces);
            }
            pieces.push_back(group.delimiters.back());
            continue;
        }
        size_t left = which % group.texts;
        auto branch = group.branches.begin();
        for (size_t count; left >= (count = count_texts(*branch)); ++branch) left -= count;
        append_pieces(*branch, left, pieces);
    }
}

}  // namespace

std::vector<std::string_view> schedule_marks(std::string_view prompt) {
    std::vector<std::string_view> marks;
    if (const auto parsed = Parser(prompt).parse()) find_marks(*parsed, marks);
    std::sort(marks.begin(), marks.end(),
              [](std::string_view a, std::string_view b) { return std::less<>()(a.data(), b.data()); });
    return marks;
}

std::vector<std::vector<std::string_view>> possible_texts(std::string_view prompt) {
    const auto parsed = Parser(prompt).parse();
    if (!parsed) return {{prompt}};
    std::vector<std::vector<std::string_view>> texts(std::min(count_texts(*parsed), max_texts));
    for (size_t which = 0; which < texts.size(); ++which) append_pieces(*parsed, which, texts[which]);
    return texts;
}

std::vector<ScheduledText> prompt_schedule(std::string_view prompt, int steps) {
    const auto parsed = Parser(prompt).parse();
    if (!parsed) return {{steps, std::string(prompt)}};
    std::set<int> last_steps = {steps};
    find_last_steps(*parsed, steps, last_steps);
    std::vector<ScheduledText> schedule;
    for (auto step = last_steps.lower_bound(1); step != last_steps.end(); ++step) {
        std::string text;
        append(*parsed, *step, steps, text);
        schedule.push_back({*step, std::move(text)});
    }
    if (schedule.empty()) schedule.push_back({steps, std::string(prompt)});
    return schedule;
}

size_t entry_at(const std::vector<ScheduledText>& schedule, int step) {
    const auto found = std::find_if(schedule.begin(), schedule.end(),
                                    [&](const ScheduledText& text) { return text.last_step >= step; });
    return static_cast<size_t>(std::min(found, schedule.end() - 1) - schedule.begin());
}

}  // namespace fanlight
