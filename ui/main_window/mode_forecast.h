#pragma once

#include <QObject>

#include "core/run/forecast.h"

class QTimer;

namespace fanlight::ui {

class DevicesPane;
class ParametersPane;
class PromptsPane;

/// Tells the devices pane what each mode would give for the run that would be made now. Asked for off the GUI thread,
/// a moment after the last change, and only while somebody sees the answer.
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
    QTimer* const pause_;
};

/// "About 840 images/h, the most of all · at most 11.2 GB a device"
QString predictionText(const Placement& placement, bool best);

}  // namespace fanlight::ui
