#pragma once

#include <QWidget>

#include "core/devices/placement_choice.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace fanlight::ui {

/// What a mode can be told: how a sharded model is cut, how many stages a pipeline has, how much memory to use. Shows
/// the options of one mode at a time, and what to expect of each way to set them.
class PlacementOptions : public QWidget {
    Q_OBJECT

public:
    explicit PlacementOptions(QWidget* parent = nullptr);

    /// The options of this mode only; those of others are as usual.
    PlacementChoice choice(Mode mode) const;
    /// All of them.
    const PlacementChoice& choice() const { return choice_; }
    /// Does not emit edited().
    void setChoice(const PlacementChoice& choice);
    void showMode(Mode mode);

    /// Why the options cannot be used; empty: they can.
    void setProblem(const QString& problem);
    /// The ways to place the model in this mode, each with what to expect: a line each.
    void setWays(const QStringList& ways);

Q_SIGNALS:
    void edited();

private:
    void addField(const QString& name, QWidget* control, const QString& help, const QList<Mode>& modes);
    QSpinBox* addNumber(const QString& name, const QString& help, int PlacementChoice::*member);
    void addDeviceMap();
    void addMemory();
    void chooseMapFile();
    void showChoice();

    struct Line {
        QLabel* label;
        QWidget* control;
        QList<Mode> modes;
    };
    PlacementChoice choice_;
    QList<Line> lines_;
    QComboBox* deviceMap_;
    QSpinBox* stages_;
    QSpinBox* replicas_;
    QSpinBox* chunks_;
    QLineEdit* memory_;
    QLabel* problem_;
    QLabel* ways_;
};

}  // namespace fanlight::ui
