#pragma once

#include <QObject>
#include <QThreadPool>
#include <filesystem>
#include <string>
#include <vector>

#include "core/run/make_plan.h"
#include "core/run/place_run.h"

namespace fanlight {

/// What `fanlight plan` is asked: a run, and how its model is to be spread.
struct ForecastRequest {
    PlanRequest run;
    PlacementRequest placement;   ///< its mode counts when `mode_is_chosen`
    bool mode_is_chosen = false;  ///< else replicas where they fit, and else the best of all
    std::string assume;    ///< devices that are not here, as parse_max_memory() takes them; empty: those that are
    bool measure = false;  ///< time each layer first: seconds, where this has not been done before
};

/// How a run would go on its devices, in each way that they allow; nothing has been loaded.
struct Forecast {
    RunPlan run;
    ModelDescription model;
    std::vector<PlanDevice> devices;
    Workload work;
    bool measured = false;              ///< the layers' seconds; else estimated from their operations
    std::vector<Placement> placements;  ///< all, the chosen one included; those that cannot be say why
    Placement chosen;
    std::string best;  ///< name of the one with the most images an hour; empty: none can be
    std::string why;   ///< the chosen one is chosen
};

/// With `measure` it waits for a worker program, some seconds. Any thread. Throws UsageError for what cannot be,
/// whatever the memory; a chosen placement that is short of memory says so in its `problem`. `where`: as in
/// make_plan().
Forecast forecast(const ForecastRequest& request, const std::filesystem::path& resources,
                  const std::string& worker_program, const std::string& where);

/// The row of a mode that makes the most images an hour; where none can be the first, with its problem. nullptr: the
/// mode needs more devices.
const Placement* forecast_of_mode(const Forecast& forecast, Mode mode);

/// The numbers of the items that each worker of the chosen placement would make (see predicted_shares()).
std::vector<std::vector<int64_t>> forecast_shares(const Forecast& forecast);

/// Asks forecast() away from a window's thread. A question replaces those before it: only the last one is answered.
class Forecaster : public QObject {
    Q_OBJECT
public:
    /// An empty program: as find_worker_program() finds it.
    explicit Forecaster(std::filesystem::path resources, std::string worker_program = "", QObject* parent = nullptr);
    ~Forecaster() override;

    /// answered() or refused() follows, through the event loop.
    void ask(const ForecastRequest& request);

Q_SIGNALS:
    void answered(const fanlight::Forecast& forecast);
    /// One sentence.
    void refused(const QString& reason);

private:
    const std::filesystem::path resources_;
    const std::string worker_program_;
    int last_question_ = 0;
    QThreadPool pool_;  ///< one thread; goes first, and waits for it
};

}  // namespace fanlight
