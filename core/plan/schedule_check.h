#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "core/base/json.h"
#include "core/base/place.h"
#include "core/batch/task.h"
#include "core/batch/timesteps.h"
#include "core/config/model_catalog.h"

namespace fanlight {

/// Whether rows' samplers can follow a model's scheduler. Rows that ask for the same are checked once. One thread.
class ScheduleCheck {
public:
    /// `card` must outlive this.
    explicit ScheduleCheck(const ModelCard& card) : card_(card) {}

    /// Throws UsageError, beginning with `where`.
    void operator()(const Task& task, const Place& where);

private:
    const Json& config();

    const ModelCard& card_;
    Json config_;
    std::set<std::tuple<std::string, std::string, int, Timesteps, std::optional<double>, std::optional<double>>>
        checked_;
};

/// Whether rows have to name a sampler: the model's own scheduler is not known, and these defaults name none.
bool leaves_sampler_open(const ModelCard& card, const Task& defaults);

/// Throws UsageError naming the scheduler and the samplers that there are.
[[noreturn]] void refuse_without_sampler(const ModelCard& card);

}  // namespace fanlight
