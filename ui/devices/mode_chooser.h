#pragma once

#include <QWidget>
#include <map>

#include "core/devices/placement.h"

class QButtonGroup;
class QLabel;
class QRadioButton;

namespace fanlight::ui {

/// How the devices work together: one line per mode, with what to expect from it below.
class ModeChooser : public QWidget {
    Q_OBJECT

public:
    explicit ModeChooser(QWidget* parent = nullptr);

    Mode mode() const;
    void setMode(Mode mode);

    /// What to expect: "About 840 images/h · 11.2 GB on cuda:0"; if empty, what the mode is for is shown instead.
    void setPrediction(Mode mode, const QString& text);
    /// Why the mode cannot be used at present; an empty reason: it can.
    void setUsable(Mode mode, const QString& reason);

Q_SIGNALS:
    void modeChanged();

private:
    struct Line {
        QRadioButton* button;
        QLabel* note;
        QString prediction, reason;
    };
    void addLine(Mode mode, const char* title);
    void show(Mode mode);

    std::map<Mode, Line> lines_;
    QButtonGroup* group_;
};

}  // namespace fanlight::ui
