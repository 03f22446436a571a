#pragma once

#include <QWidget>

#include "core/batch/on_oom.h"
#include "core/batch/weight_form.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace fanlight::ui {

/// How many images are made at once, in which numbers, how weights are in memory, and what may be done when that takes
/// too much of it.
class ComputationFields : public QWidget {
    Q_OBJECT

public:
    explicit ComputationFields(QWidget* parent = nullptr);

    int batchSize() const;
    /// One of dtype_choices().
    QString dtype() const;
    WeightForm weights() const;
    OnOom onOom() const;
    /// Does not emit edited().
    void setComputation(int batchSize, const QString& dtype, WeightForm weights, OnOom onOom);

Q_SIGNALS:
    void edited();

private:
    QSpinBox* batchSize_;
    QComboBox* dtype_;
    QComboBox* weights_;
    QCheckBox* onOom_;
};

}  // namespace fanlight::ui
