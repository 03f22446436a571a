#include "ui/results/run_answers.h"
#include "ui/models/sentence.h"

#include "core/output/journal.h"

namespace fanlight::ui {

namespace {

std::vector<Answer> answersIn(const std::filesystem::path& folder, size_t items) {
    std::vector<Answer> answers(items);
    const Replay replay = replay_journals(folder / ".fanlight");
    const auto has = [items](int64_t item) { return item >= 0 && static_cast<size_t>(item) < items; };
    for (const auto& [item, result] : replay.done)
        if (has(item)) answers[static_cast<size_t>(item)] = answerOf(result);
    for (const auto& [item, failed] : replay.failed)
        if (has(item))
            answers[static_cast<size_t>(item)] = {failed.kind == "cancelled" ? ItemState::Cancelled : ItemState::Failed,
                                                  phrase(failed.reason).toStdString(),
                                                  {},
                                                  0};
    return answers;
}

}  // namespace

Answer answerOf(const Result& result) {
    Answer answer{.state = ItemState::Done, .seconds = result.seconds};
    if (const ResultRecord* record = result.record()) {
        answer.text = record->text;
        if (!record->more.empty()) answer.more = to_line(record->more);
    }
    return answer;
}

RunAnswers readAnswers(const QString& folder) {
    try {
        const std::filesystem::path path = folder.toStdString();
        auto plan = std::make_shared<const RunPlan>(read_plan(path));
        return {folder, plan, answersIn(path, plan->items.size()), {}};
    } catch (const std::exception& error) {
        return {folder, nullptr, {}, said(error)};
    }
}

}  // namespace fanlight::ui
