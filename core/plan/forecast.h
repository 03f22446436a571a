#pragma once

#include <QObject>
#include <QThreadPool>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/plan/make_plan.h"
#include "core/plan/place_run.h"

namespace fanlight {

/// The request of `fanlight plan`: a run, and how its model is to be placed.
struct ForecastRequest {
    PlanRequest run;
    PlacementRequest placement;   ///< its mode counts only if `mode_is_chosen`
    bool mode_is_chosen = false;  ///< else replicas if they fit, and else the best placement
    std::string assume;           ///< hypothetical devices in the format of parse_max_memory(); empty: the actual ones
    bool measure = false;         ///< time each layer first, which takes seconds unless it has been done before
};

/// How a run would perform on its devices, in every possible placement; nothing is loaded.
struct Forecast {
    PlannedRun run;
    ModelDescription model;
    std::vector<PlanDevice> devices;
    Workload work;
    bool measured = false;              ///< layer times are measured, not estimated from operations
    std::vector<Placement> placements;  ///< all of them, including the chosen one; impossible ones say why
    Placement chosen;
    std::string best;  ///< name of the one with the most images per hour; empty: none is possible
    Sentence why;      ///< why the chosen one was chosen
};

/// With `measure` it waits for a worker program, some seconds. Any thread. Throws UsageError for what is
/// impossible with any amount of memory; if the chosen placement lacks memory, its `problem` says so. `where`: as in
/// make_plan().
Forecast forecast(const ForecastRequest& request, const std::filesystem::path& resources, const std::string& where);

/// The placement of a mode with the most images per hour; if none is possible, the first, with its problem. nullptr:
/// the mode needs more devices.
const Placement* forecast_of_mode(const Forecast& forecast, Mode mode);

/// The indexes of the items that each worker of the chosen placement would make (see predicted_shares()).
std::vector<std::vector<int64_t>> forecast_shares(const Forecast& forecast);

/// Runs forecast() off the GUI thread. A request replaces earlier ones: only the latest request's is answered.
class Forecaster : public QObject {
    Q_OBJECT
public:
    explicit Forecaster(std::filesystem::path resources, QObject* parent = nullptr);
    ~Forecaster() override;

    /// answered() or refused() follows, through the event loop.
    void ask(const ForecastRequest& request);

Q_SIGNALS:
    void answered(const fanlight::Forecast& forecast);
    void refused(const fanlight::Sentence& reason);

private:
    const std::filesystem::path resources_;
    int last_question_ = 0;
    QThreadPool pool_;  ///< one thread; destroyed first, which waits for it
};

}  // namespace fanlight
