#include "ui/prompts/prompt_weight.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/prompts/marked_prompt.h"

namespace fanlight::ui {

namespace {

using Marks = std::vector<MarkedStretch>;

constexpr double step = 0.1, networkStep = 0.05, roundBracket = 1.1, limit = 10;

/// A pair of brackets that changes a weight.
struct Group {
    int open = 0, close = 0;  ///< where the brackets are
    int numbers = 0;          ///< pieces of a weight
    int colon = 0;            ///< where ":1.2" begins; `close`: nowhere

    bool isBare() const { return numbers == 0; }
    /// Not if other brackets change its number while a picture is drawn.
    bool isWhole() const { return numbers == 0 || colon < close; }
    bool contains(int start, int end) const { return open < start && end <= close; }
};

QString weightText(double weight) {
    QString text = QString::number(weight, 'f', 6);
    while (text.endsWith('0') && !text.endsWith(".0")) text.chop(1);
    return text == "-0.0" ? QString("0.0") : text;
}

/// Not beyond the limit, unless the weight already was.
double stepped(double weight, double by) {
    return std::clamp(std::round((weight + by) * 1e6) / 1e6, std::min(-limit, weight), std::max(limit, weight));
}

/// Inner ones before those around them.
std::vector<Group> groupsOf(const QString& text, const Marks& marks) {
    std::vector<Group> groups, round, square;
    for (size_t i = 0; i < marks.size(); ++i) {
        const auto& [begin, end, mark] = marks[i];
        if (mark == PromptMark::Weight && !round.empty()) ++round.back().numbers;
        if (mark != PromptMark::Bracket) continue;
        const QChar c = text[begin];
        auto& open = c == u'(' || c == u')' ? round : square;
        if (c == u'(' || c == u'[') {
            open.push_back({.open = begin});
        } else if (!open.empty()) {
            Group group = open.back();
            open.pop_back();
            group.close = begin;
            const MarkedStretch& last = marks[i - 1];
            const bool isNumbered = group.numbers == 1 && last.mark == PromptMark::Weight && last.end == begin;
            group.colon = isNumbered ? last.begin : begin;
            groups.push_back(group);
        }
    }
    return groups;
}

std::optional<Group> groupAt(const Selection& s, const std::vector<Group>& groups) {
    std::optional<Group> found;
    for (const Group& group : groups) {
        const bool isSelected =
            (s.start == group.open + 1 && s.end == group.colon) || (s.start == group.open && s.end == group.close + 1);
        const bool isMeant = s.start == s.end ? group.contains(s.start, s.end) : isSelected;
        if (isMeant && (!found || group.close - group.open < found->close - found->open)) found = group;
    }
    return found;
}

/// Whether other brackets reach into or out of it: "(a [b) c]".
bool isCut(const Group& group, const std::vector<Group>& groups) {
    const auto has = [&group](int at) { return group.open < at && at < group.close; };
    return std::any_of(groups.begin(), groups.end(),
                       [&](const Group& other) { return has(other.open) != has(other.close); });
}

/// The brackets without a number that directly surround this one, and are of its kind: "(((x)))".
Group outermost(Group group, int& count, const QString& text, const std::vector<Group>& groups) {
    for (const Group& around : groups) {
        if (around.open != group.open - 1 || around.close != group.close + 1 || !around.isBare()) continue;
        if (text[around.open] != text[group.open]) continue;
        group = around;
        ++count;
    }
    return group;
}

/// A cursor's word: in AUTOMATIC1111's sense of one, and without what has a meaning.
Selection wordAt(Selection s, const Marks& marks) {
    static const QString between = QStringLiteral(".,\\/!?%^*;:{}=`~() \t\r\n");
    const auto isOfWord = [&](int at) {
        return !between.contains(s.text[at]) && std::none_of(marks.begin(), marks.end(), [&](const MarkedStretch& m) {
            return m.begin <= at && at < m.end;
        });
    };
    while (s.start > 0 && isOfWord(s.start - 1)) --s.start;
    while (s.end < s.text.size() && isOfWord(s.end)) ++s.end;
    return s;
}

Selection withoutBlanks(Selection s) {
    while (s.start < s.end && s.text[s.start].isSpace()) ++s.start;
    while (s.end > s.start && s.text[s.end - 1].isSpace()) --s.end;
    return s;
}

Selection reweighted(const Selection& s, const Group& group, int steps, const Marks& marks,
                     const std::vector<Group>& groups) {
    int brackets = 1;
    const Group outer = group.isBare() ? outermost(group, brackets, s.text, groups) : group;
    const QString number = s.text.mid(group.colon + 1, group.close - group.colon - 1).trimmed();
    const double bracket = s.text[group.open] == u'(' ? roundBracket : 1 / roundBracket;
    const double weight = group.isBare() ? std::round(std::pow(bracket, brackets) / step) * step : number.toDouble();
    const double changed = stepped(weight, steps * step);

    const int first = group.open + 1, length = group.colon - first;
    const QString content = s.text.mid(first, length);
    const bool isPlain = changed == 1;
    Selection result = s;
    result.text.replace(outer.open, outer.close - outer.open + 1,
                        isPlain ? content : "(" + content + ":" + weightText(changed) + ")");
    const int begin = outer.open + (isPlain ? 0 : 1);
    const auto moved = [&](int at) { return std::clamp(at - first, 0, length) + begin; };
    result.start = moved(s.start);
    result.end = moved(s.end);
    const Selection word = wordAt(s, marks);
    if (isPlain && s.start == s.end && (word.start > first || word.end < group.colon))
        result.start = begin, result.end = begin + length;
    return result;
}

/// "<lora:name:0.8>"; unchanged if there is no number.
Selection withNetworkWeight(const Selection& s, const MarkedStretch& tag, int steps) {
    static const QRegularExpression weighted(
        "^<\\w+:.*:(\\s*[+-]?(?:\\d+\\.?\\d*|\\.\\d+)\\s*)>$",
        QRegularExpression::UseUnicodePropertiesOption | QRegularExpression::DotMatchesEverythingOption);
    const auto match = weighted.match(s.text.mid(tag.begin, tag.end - tag.begin));
    if (!match.hasMatch()) return s;
    const int number = tag.begin + int(match.capturedStart(1));
    Selection result = s;
    result.text.replace(number, int(match.capturedLength(1)),
                        weightText(stepped(match.captured(1).trimmed().toDouble(), steps * networkStep)));
    result.start = std::min(s.start, number);
    result.end = std::min(s.end, number);
    return result;
}

/// Whether the selection has text, and brackets would leave all groups as they are.
bool canBeWeighted(const Selection& s, const Marks& marks, const std::vector<Group>& groups) {
    int text = s.end - s.start, brackets = 0, depth = 0;
    for (const auto& [begin, end, mark] : marks) {
        if ((begin < s.start && s.start < end) || (begin < s.end && s.end < end)) return false;
        if (begin < s.start || end > s.end) continue;
        if (mark != PromptMark::Escape) text -= end - begin;
        if (mark == PromptMark::Bracket) ++brackets;
        if (mark != PromptMark::Schedule) continue;
        depth += s.text[begin] == u'[' ? 1 : s.text[begin] == u']' ? -1 : 0;
        const bool isBetween = s.text[begin] != u'[' && s.text[begin] != u']' && depth == 0;
        if (depth < 0 || isBetween) return false;
    }
    for (const Group& group : groups)
        if (s.start <= group.open && group.close < s.end) brackets -= 2;
    return text > 0 && brackets == 0 && depth == 0;
}

}  // namespace

Selection withWeight(const Selection& before, int steps, const PromptReading& reading) {
    const Marks marks = marksOf(before.text, reading);
    for (const MarkedStretch& mark : marks)
        if (mark.mark == PromptMark::Network && mark.begin < before.start && before.end < mark.end)
            return withNetworkWeight(before, mark, steps);
    if (reading.emphasis == Emphasis::Literal || reading.emphasis == Emphasis::None) return before;
    const std::vector<Group> groups = groupsOf(before.text, marks);
    if (const auto group = groupAt(before, groups))
        return group->isWhole() && !isCut(*group, groups) ? reweighted(before, *group, steps, marks, groups) : before;

    const bool isCursor = before.start == before.end;
    const Selection range = isCursor ? wordAt(before, marks) : withoutBlanks(before);
    if (!canBeWeighted(range, marks, groups)) return before;
    Selection result = isCursor ? before : range;
    result.text.insert(range.end, ":" + weightText(stepped(1, steps * step)) + ")");
    result.text.insert(range.start, "(");
    ++result.start, ++result.end;
    return result;
}

}  // namespace fanlight::ui
