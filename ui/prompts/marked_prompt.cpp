#include "ui/prompts/marked_prompt.h"

#include "core/base/error.h"
#include "core/batch/lora.h"
#include "core/batch/prompt_syntax.h"

namespace fanlight::ui {

namespace {

bool isLora(std::string_view tag) { return tag.starts_with("<lora:") || tag.starts_with("<lyco:"); }

std::vector<MarkedText> marksIn(const std::string& prompt, const PromptReading& reading) {
    const bool takesLorasAlone = reading.emphasis == Emphasis::Literal && reading.takesLoras;
    std::vector<MarkedText> marks = prompt_marks(prompt, takesLorasAlone ? Emphasis::None : reading.emphasis);
    if (takesLorasAlone)
        std::erase_if(marks, [&](const MarkedText& each) {
            return each.mark != PromptMark::Network || !isLora(std::string_view(prompt).substr(each.begin));
        });
    return marks;
}

}  // namespace

QString literalText(const QString& prompt, const PromptReading& reading) {
    if (!reading.takesLoras || !prompt.contains(u'<')) return prompt;
    std::string text = prompt.toStdString();
    try {
        take_lora_tags(text, Place());
    } catch (const UsageError&) {  // a run says what is wrong with the tag
        return prompt;
    }
    return QString::fromStdString(text);
}

std::vector<MarkedStretch> marksOf(const QString& prompt, const PromptReading& reading) {
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
    for (const auto& [begin, end, mark] : marksIn(utf8, reading))
        marks.push_back({characters[begin], characters[end], mark});
    return marks;
}

}  // namespace fanlight::ui
