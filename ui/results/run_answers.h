#pragma once

#include <QString>
#include <memory>
#include <string>
#include <vector>

#include "core/batch/result.h"
#include "core/owner/run_state.h"
#include "core/protocol/run_plan.h"

namespace fanlight::ui {

/// What has become of an item whose result is a record.
struct Answer {
    ItemState state = ItemState::Pending;
    std::string text;  ///< of a failed item: why
    std::string more;  ///< a JSON object: what its task reports besides the text; "": nothing
    double seconds = 0;

    bool operator==(const Answer&) const = default;
};

Answer answerOf(const Result& result);

struct ItemAnswer {
    qint64 item = 0;
    Answer answer;
};

/// Everything that a run folder says about a run of texts.
struct RunAnswers {
    QString folder;
    std::shared_ptr<const RunPlan> plan;
    std::vector<Answer> answers;  ///< by item
    QString problem;              ///< one sentence why it cannot be read; then there is nothing else
};

/// Reads run.json and the journals, also of a run in progress. Takes seconds for 100,000 items: call it off the GUI
/// thread.
RunAnswers readAnswers(const QString& folder);

}  // namespace fanlight::ui
