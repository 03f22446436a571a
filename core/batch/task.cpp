#include "core/batch/task.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/classify_task.h"
#include "core/batch/image_task.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"

namespace fanlight {

namespace {

std::vector<TaskKind>& table() {
    static std::vector<TaskKind> kinds = {task_kind<ImageTask>(), task_kind<TextTask>(), task_kind<ClassifyTask>(),
                                          task_kind<ScoreTask>()};
    return kinds;
}

}  // namespace

void Task::share_texts(const Task& other) {
    if (!body_ || !other.body_) return;
    if (!body_.is_sole()) body_ = Ref<Body>(body_->copy());
    body_->share_texts(*other.body_);
}

void Task::refuse(std::string_view wanted) const {
    throw Error("A task of the kind %1 was expected, not %2", wanted, body_ ? std::string(kind()) : "none");
}

void Task::refuse_empty() { throw Error("An item has no task"); }

const std::vector<TaskKind>& task_kinds() { return table(); }

void add_task_kind(TaskKind kind) { table().push_back(std::move(kind)); }

const TaskKind& find_task_kind(std::string_view name) {
    const auto found = std::find_if(table().begin(), table().end(), [&](const TaskKind& k) { return k.name == name; });
    if (found != table().end()) return *found;
    std::vector<std::string> names;
    for (const TaskKind& kind : table()) names.push_back(kind.name);
    throw Error("There is no task called \"%1\"; it must be %2", std::string(name.substr(0, 40)), listed(names));
}

}  // namespace fanlight
