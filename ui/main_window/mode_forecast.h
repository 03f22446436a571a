#pragma once

#include <QObject>

#include "core/plan/forecast.h"

class QTimer;

namespace fanlight::ui {

class DevicesPane;
class ParametersPane;
class PromptsPane;

/// Shows in the devices pane what to expect of each mode for the run that Generate would start now. Computed off the
/// GUI thread, a moment after the last change, and only while the pane is visible.
class ModeForecast : public QObject {
    Q_OBJECT

public:
    ModeForecast(PromptsPane* prompts, ParametersPane* parameters, DevicesPane* devices, QObject* parent = nullptr);

private:
    void askSoon();
    void ask();
    ForecastRequest request() const;
    void show(const Forecast& forecast);
    void clear();

    PromptsPane* const prompts_;
    ParametersPane* const parameters_;
    DevicesPane* const devices_;
    Forecaster* const forecaster_;
    QTimer* const delay_;
};

/// Which of its mode's placements it is, and what to expect of it: "3 stages: About 840 images/h".
QString wayText(const Placement& placement, bool best);

/// "About 840 images/h, the fastest way · at most 11.2 GB a device"
QString predictionText(const Placement& placement, bool best);

}  // namespace fanlight::ui
