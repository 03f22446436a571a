#include "ui/prompts/prompt_weight.h"

#include <QRegularExpression>
#include <algorithm>
#include <optional>

namespace fanlight::ui {

namespace {

/// "(text:1.2)" or "<lora:name:0.8>" around the selection, positions in the whole text.
struct Weighted {
    int open, colon, close;  ///< of '(' or '<', of the last ':', of ')' or '>'
    bool lora;
};

std::optional<Weighted> weightedAround(const Selection& s) {
    static const QRegularExpression number("^\\s*[+-]?\\d*\\.?\\d+\\s*$");
    int depth = 0;
    for (int open = s.start - 1; open >= 0; --open) {
        const QChar c = s.text[open];
        if (c == u')') ++depth;
        if (c == u'(' && depth > 0 && depth--) continue;
        if (c != u'(' && c != u'<') continue;
        const QChar closing = c == u'(' ? u')' : u'>';
        int nested = 0, close = open + 1;
        for (; close < s.text.size() && (nested > 0 || s.text[close] != closing); ++close) {
            if (s.text[close] == c) ++nested;
            if (s.text[close] == closing) --nested;
        }
        if (close >= s.text.size() || close < s.end) continue;
        const int colon = int(s.text.lastIndexOf(u':', close));
        if (colon > open && number.match(s.text.mid(colon + 1, close - colon - 1)).hasMatch())
            return Weighted{open, colon, close, c == u'<'};
    }
    return std::nullopt;
}

QString weightText(double weight) { return QString::number(weight, 'f', 2).remove(QRegularExpression("0$")); }

Selection reweighted(const Selection& s, const Weighted& group, int steps) {
    const QString old = s.text.mid(group.colon + 1, group.close - group.colon - 1).trimmed();
    const double weight = std::clamp(old.toDouble() + steps * (group.lora ? 0.05 : 0.1), -10.0, 10.0);
    Selection result = s;
    if (!group.lora && qAbs(weight - 1) < 0.005) {
        result.text.remove(group.colon, group.close - group.colon + 1).remove(group.open, 1);
        const auto moved = [&](int at) { return std::clamp(at - 1, group.open, group.colon - 1); };
        result.start = moved(s.start);
        result.end = moved(s.end);
        return result;
    }
    result.text.replace(group.colon + 1, group.close - group.colon - 1, weightText(weight));
    result.start = std::min(s.start, group.colon);
    result.end = std::min(s.end, group.colon);
    return result;
}

/// The word at the cursor, or the selection without blanks at its ends.
Selection withWord(Selection s) {
    static const QString between = QStringLiteral(" \t\n,.;:!?()[]{}<>|/\\\"=`~^*%");
    if (s.start == s.end) {
        while (s.start > 0 && !between.contains(s.text[s.start - 1])) --s.start;
        while (s.end < s.text.size() && !between.contains(s.text[s.end])) ++s.end;
    }
    while (s.start < s.end && s.text[s.start].isSpace()) ++s.start;
    while (s.end > s.start && s.text[s.end - 1].isSpace()) --s.end;
    return s;
}

}  // namespace

Selection withWeight(const Selection& before, int steps) {
    if (const auto group = weightedAround(before)) return reweighted(before, *group, steps);
    Selection word = withWord(before);
    if (word.start == word.end) return before;
    word.text.insert(word.end, ":" + weightText(1 + steps * 0.1) + ")");
    word.text.insert(word.start, "(");
    ++word.start, ++word.end;
    return word;
}

}  // namespace fanlight::ui
