#include "ui/prompts/marked_prompt.h"

#include "core/batch/prompt_syntax.h"

namespace fanlight::ui {

std::vector<MarkedStretch> marksOf(const QString& prompt, Emphasis emphasis) {
    std::string utf8;
    std::vector<int> characters;  // of each byte
    for (int at = 0, length = 0; at < prompt.size(); at += length) {
        const bool isPair = prompt[at].isHighSurrogate() && at + 1 < prompt.size() && prompt[at + 1].isLowSurrogate();
        length = isPair ? 2 : 1;  // half a pair is replaced: UTF-8 has none
        utf8 += QStringView(prompt).mid(at, length).toUtf8().toStdString();
        characters.resize(utf8.size(), at);
    }
    characters.push_back(int(prompt.size()));
    std::vector<MarkedStretch> marks;
    for (const auto& [begin, end, mark] : prompt_marks(utf8, emphasis))
        marks.push_back({characters[begin], characters[end], mark});
    return marks;
}

}  // namespace fanlight::ui
