#include "ui/results/result_texts.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/json.h"
#include "core/batch/text_task.h"
#include "ui/models/item_states.h"

namespace fanlight::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(fanlight::ui::ResultTexts)
};

struct Ending {
    const char* finish;  ///< as the records say it
    const char* text;
};

constexpr std::array<Ending, 3> endings = {{{"eos", QT_TRANSLATE_NOOP("fanlight::ui::ResultTexts", "end of text")},
                                            {"length", QT_TRANSLATE_NOOP("fanlight::ui::ResultTexts", "token limit")},
                                            {"stop", QT_TRANSLATE_NOOP("fanlight::ui::ResultTexts", "stop string")}}};

constexpr int scoreDigits = 3;
constexpr size_t shownProbabilities = 5;

Json moreOf(const Answer& answer) {
    Json more = Json::parse(answer.more, nullptr, false);
    return more.is_object() ? more : Json::object();
}

QString number(double value) { return QLocale().toString(value, 'f', scoreDigits); }

QString endingText(const std::string& finish) {
    const auto* known =
        std::find_if(endings.begin(), endings.end(), [&](const Ending& ending) { return ending.finish == finish; });
    return known == endings.end() ? QString::fromStdString(finish) : Words::tr(known->text);
}

QString noteIn(const Json& more) {
    if (const auto finish = more.find("finish"); finish != more.end() && finish->is_string())
        return endingText(finish->get_ref<const std::string&>());
    if (const auto score = more.find("score"); score != more.end() && score->is_number()) return number(*score);
    return {};
}

/// "joy 0.912, anger 0.041": the most probable ones.
QString probabilitiesIn(const Json& more) {
    const auto found = more.find("probabilities");
    if (found == more.end() || !found->is_object()) return {};
    std::vector<std::pair<double, QString>> ranked;
    for (const auto& [label, value] : found->items())
        if (value.is_number()) ranked.emplace_back(value.get<double>(), QString::fromStdString(label));
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    ranked.resize(std::min(ranked.size(), shownProbabilities));
    QStringList parts;
    for (const auto& [value, label] : ranked) parts << label + u' ' + number(value);
    return parts.join(Words::tr(", "));
}

}  // namespace

QString beginningOf(const std::string& text, size_t maxBytes) {
    size_t end = std::min(text.size(), maxBytes);
    while (end < text.size() && end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not within a character
    QString line = QString::fromUtf8(text.data(), static_cast<qsizetype>(end)).simplified();
    return end < text.size() ? line + u'…' : line;
}

QString noteOf(const Answer& answer) {
    return answer.state == ItemState::Done ? noteIn(moreOf(answer)) : itemStateText(answer.state);
}

QString factsOf(const Answer& answer, const Task& task) {
    QStringList parts{itemStateText(answer.state)};
    const Json more = moreOf(answer);
    if (const QString note = noteIn(more); !note.isEmpty()) parts << note;
    if (const auto tokens = more.find("new_tokens"); tokens != more.end() && tokens->is_number_integer())
        parts << Words::tr("%n token(s)", nullptr, tokens->get<int>());
    if (const auto perplexity = more.find("perplexity"); perplexity != more.end() && perplexity->is_number())
        parts << Words::tr("perplexity %1").arg(number(*perplexity));
    if (const QString labels = probabilitiesIn(more); !labels.isEmpty()) parts << labels;
    if (answer.seconds >= 0.005) parts << Words::tr("%1 s").arg(QLocale().toString(answer.seconds, 'f', 2));
    if (task.is<TextTask>() && task.as<TextTask>().do_sample)
        parts << Words::tr("seed %1").arg(QString::number(task.seed()));
    return parts.join(QStringLiteral(" · "));
}

QString tsvCell(const QString& text) {
    const auto breaks = [](QChar c) { return c == u'\t' || c == u'\n' || c == u'\r' || c == u'"'; };
    if (std::none_of(text.begin(), text.end(), breaks)) return text;
    return u'"' + QString(text).replace(u'"', QStringLiteral("\"\"")) + u'"';
}

}  // namespace fanlight::ui
