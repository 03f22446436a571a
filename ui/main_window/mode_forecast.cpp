#include "ui/main_window/mode_forecast.h"

#include <QTimer>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/config/program_paths.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/models/model_list.h"
#include "ui/models/sentence.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"

namespace fanlight::ui {

namespace {

constexpr int delayMs = 500;
constexpr Mode allModes[] = {Mode::Replicas, Mode::Sharded, Mode::Pipelined};

}  // namespace

QString predictionText(const Placement& placement, bool best) {
    const QLocale locale;
    const QString pace = locale.toString(std::round(placement.images_per_hour), 'f', 0);
    QStringList parts = {best ? ModeForecast::tr("About %1 images/h, the most of all").arg(pace)
                              : ModeForecast::tr("About %1 images/h").arg(pace)};
    int64_t needed = 0;
    for (const DeviceMemory& memory : placement.memory) needed = std::max(needed, memory.needed());
    if (needed > 0) parts << ModeForecast::tr("at most %1 a device").arg(bytesText(needed));
    if (placement.stages > 1) parts << ModeForecast::tr("%n stage(s)", nullptr, placement.stages);
    if (const long waiting = std::lround(100 * placement.bubble); waiting > 0)
        parts << ModeForecast::tr("%1 % of the time waiting").arg(waiting);
    return parts.join(QStringLiteral(" · "));
}

ModeForecast::ModeForecast(PromptsPane* prompts, ParametersPane* parameters, DevicesPane* devices, QObject* parent)
    : QObject(parent),
      prompts_(prompts),
      parameters_(parameters),
      devices_(devices),
      forecaster_(new Forecaster(resources_folder(), this)),
      delay_(new QTimer(this)) {
    delay_->setSingleShot(true);
    delay_->setInterval(delayMs);
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
    connect(forecaster_, &Forecaster::refused, this, &ModeForecast::clear);
}

void ModeForecast::askSoon() {
    if (devices_->isVisible()) delay_->start();
}

/// The rows of the list, or one picture if it is empty.
ForecastRequest ModeForecast::request() const {
    PlanRequest run = requestOf(parameters_->generation());
    run.devices = devices_->devices().toStdString();
    for (const PromptEntry& entry : prompts_->model()->entries())
        if (!entry.prompt.trimmed().isEmpty()) run.rows.push_back(rowOf(entry, ""));
    if (run.rows.empty()) run.rows.push_back({.prompt = "a picture"});
    return {.run = std::move(run), .placement = {.served = true}};
}

void ModeForecast::ask() {
    if (devices_->devices().isEmpty()) return clear();
    try {
        forecaster_->ask(request());
    } catch (const UsageError&) {
        clear();  // a row that cannot be read: Generate will report it
    }
}

void ModeForecast::show(const Forecast& forecast) {
    for (const Mode mode : allModes) {
        const Placement* placement = forecast_of_mode(forecast, mode);
        const bool can = placement && placement->problem.empty();
        devices_->modes()->setPrediction(
            mode, can ? predictionText(*placement, placement->name == forecast.best) : QString());
        if (!placement)
            devices_->modes()->setUsable(mode, tr("It needs more devices than are chosen."));
        else
            devices_->modes()->setUsable(mode, sentence(placement->problem));
    }
}

void ModeForecast::clear() {
    for (const Mode mode : allModes) {
        devices_->modes()->setPrediction(mode, {});
        devices_->modes()->setUsable(mode, {});
    }
}

}  // namespace fanlight::ui

#include "moc_mode_forecast.cpp"
