#pragma once

#include <QWidget>
#include <map>

#include "core/devices/placement.h"

class QButtonGroup;
class QLabel;
class QRadioButton;

namespace fanlight::ui {

/// How the devices work together: a line a mode, with what is to be expected of it below.
class ModeChooser : public QWidget {
    Q_OBJECT

public:
    explicit ModeChooser(QWidget* parent = nullptr);

    Mode mode() const;
    void setMode(Mode mode);

    /// What the mode would give: "About 840 images/h · 11.2 GB on cuda:0"; empty: what it is for.
    void setPrediction(Mode mode, const QString& text);
    /// A mode that cannot be used for now, and why; an empty reason: it can.
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
