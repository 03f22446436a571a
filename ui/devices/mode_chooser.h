#pragma once

#include <QWidget>
#include <map>

#include "ui/devices/placement_options.h"

class QButtonGroup;
class QLabel;
class QRadioButton;

namespace fanlight::ui {

/// How the devices work together: one line per mode, with what to expect from it below.
class ModeChooser : public QWidget {
    Q_OBJECT

public:
    explicit ModeChooser(QWidget* parent = nullptr);

    /// The mode that is used: replicas while the chosen one cannot be.
    Mode mode() const;
    void setMode(Mode mode);
    /// It with its options, for the next run.
    PlacementChoice placement() const { return options_->choice(mode()); }
    /// Everything that is chosen, usable at present or not.
    PlacementChoice chosen() const;
    void setChosen(const PlacementChoice& choice);

    /// Goes back to the chosen mode if it can be used again.
    void useChosen();

    PlacementOptions* options() const { return options_; }

    /// What to expect: "About 840 images/h · 11.2 GB on cuda:0"; if empty, what the mode is for is shown instead.
    void setPrediction(Mode mode, const QString& text);
    /// Why the mode cannot be used at present; an empty reason: it can.
    void setUsable(Mode mode, const QString& reason);

Q_SIGNALS:
    /// The mode or an option has been changed.
    void edited();

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
    PlacementOptions* options_;
    Mode chosen_ = Mode::Replicas;  ///< by the user
    bool isFallingBack_ = false;
};

}  // namespace fanlight::ui
