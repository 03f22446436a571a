#include "ui/main_window/mode_forecast.h"

#include <QTimer>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/config/program_paths.h"
#include "core/devices/placement_choice.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/models/model_list.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/sentence.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"

namespace fanlight::ui {

namespace {

constexpr int forecastDelayMs = 500;
constexpr QStringView separator = u" · ";
constexpr Mode allModes[] = {Mode::Replicas, Mode::Sharded, Mode::Pipelined};

}  // namespace

namespace {

/// Pace and memory, whatever the way.
QStringList effectOf(const Placement& placement, bool best) {
    const QString pace = QLocale().toString(std::round(placement.images_per_hour), 'f', 0);
    QStringList parts = {best ? ModeForecast::tr("About %1 images/h, the fastest mode").arg(pace)
                              : ModeForecast::tr("About %1 images/h").arg(pace)};
    int64_t needed = 0;
    for (const DeviceMemory& memory : placement.memory) needed = std::max(needed, memory.needed());
    if (needed > 0) parts << ModeForecast::tr("at most %1 a device").arg(bytesText(needed));
    return parts;
}

}  // namespace

QString predictionText(const Placement& placement, bool best) {
    QStringList parts = effectOf(placement, best);
    if (placement.replicas > 1 && placement.stages > 1)
        parts << ModeForecast::tr("%n pipeline(s)", nullptr, placement.replicas);
    if (placement.stages > 1) parts << ModeForecast::tr("%n stage(s)", nullptr, placement.stages);
    if (const long waiting = std::lround(100 * placement.bubble); waiting > 0)
        parts << ModeForecast::tr("idle %1 % of the time").arg(waiting);
    return parts.join(separator);
}

QString wayText(const Placement& placement, bool best) {
    const QString way = placement.mode == Mode::Sharded ? QString::fromStdString(placement.device_map_strategy)
                                                        : ModeForecast::tr("%n stage(s)", nullptr, placement.stages);
    return way + ": " + effectOf(placement, best).join(separator);
}

ModeForecast::ModeForecast(PromptsPane* prompts, ParametersPane* parameters, DevicesPane* devices, QObject* parent)
    : QObject(parent),
      prompts_(prompts),
      parameters_(parameters),
      devices_(devices),
      forecaster_(new Forecaster(resources_folder(), this)),
      delay_(new QTimer(this)) {
    delay_->setSingleShot(true);
    delay_->setInterval(forecastDelayMs);
    connect(delay_, &QTimer::timeout, this, &ModeForecast::ask);
    connect(devices, &DevicesPane::shown, this, &ModeForecast::askSoon);
    connect(devices, &DevicesPane::choiceChanged, this, &ModeForecast::askSoon);
    connect(parameters, &ParametersPane::changed, this, &ModeForecast::askSoon);
    connect(prompts->model(), &PromptModel::dataChanged, this, [this](const QModelIndex&, const QModelIndex& last) {
        if (last.column() != PromptModel::stateColumn) askSoon();
    });
    for (const auto signal : {&PromptModel::rowsInserted, &PromptModel::rowsRemoved})
        connect(prompts->model(), signal, this, &ModeForecast::askSoon);
    connect(prompts->model(), &PromptModel::modelReset, this, &ModeForecast::askSoon);
    connect(forecaster_, &Forecaster::answered, this, &ModeForecast::show);
    connect(forecaster_, &Forecaster::refused, this, [this](const Sentence& reason) {
        clear();
        ModeChooser* modes = devices_->modes();
        const Mode mode = modes->mode();
        if (modes->placement() != PlacementChoice{.mode = mode})
            modes->options()->setProblem(inLabels(said(reason)));
        else if (mode != Mode::Replicas)
            modes->setUsable(mode, said(reason));
    });
}

void ModeForecast::askSoon() {
    if (devices_->isVisible()) delay_->start();
}

ForecastRequest ModeForecast::request() const {
    PlanRequest run = requestOf(parameters_->generation());
    setDevices(run, devices_->devices(), parameters_->generation());
    for (const PromptEntry& entry : prompts_->model()->entries())
        if (!entry.prompt.trimmed().isEmpty()) run.rows.push_back(rowOf(entry, ""));
    PlacementRequest placement = request_of(devices_->modes()->placement(), "");
    placement.served = true;
    return {.run = std::move(run), .placement = std::move(placement), .mode_is_chosen = true};
}

void ModeForecast::ask() {
    if (devices_->devices().isEmpty()) return clear();
    try {
        const ForecastRequest asked = request();
        asked.run.rows.empty() ? clear() : forecaster_->ask(asked);
    } catch (const Error& error) {
        clear();
        devices_->modes()->options()->setProblem(inLabels(said(error)));
    }
}

void ModeForecast::show(const Forecast& forecast) {
    const Mode chosen = devices_->modes()->mode();
    QStringList ways;
    for (const Placement& placement : forecast.placements)
        if (placement.mode == chosen && placement.problem.empty())
            ways << wayText(placement, placement.name == forecast.best);
    devices_->modes()->options()->setWays(ways.size() > 1 ? ways : QStringList());
    devices_->modes()->options()->setProblem({});
    for (const Mode mode : allModes) {
        const Placement* placement = forecast_of_mode(forecast, mode);
        const bool can = placement && placement->problem.empty();
        const Placement* shown = mode == chosen ? &forecast.chosen : placement;
        if (can && !shown->problem.empty())  // with these options
            devices_->modes()->options()->setProblem(said(shown->problem));
        QString prediction;
        if (can && shown->problem.empty()) prediction = predictionText(*shown, shown->name == forecast.best);
        if (!prediction.isEmpty() && forecast.run.packed_weights)
            prediction += separator.toString() + tr("packed weights");
        devices_->modes()->setPrediction(mode, prediction);
        if (!placement)
            devices_->modes()->setUsable(mode, tr("It needs more devices than are selected."));
        else
            devices_->modes()->setUsable(mode, said(placement->problem));
    }
    devices_->modes()->useChosen();
}

void ModeForecast::clear() {
    for (const Mode mode : allModes) {
        devices_->modes()->setPrediction(mode, {});
        devices_->modes()->setUsable(mode, {});
    }
}

}  // namespace fanlight::ui

#include "moc_mode_forecast.cpp"
