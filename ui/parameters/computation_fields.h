#pragma once

#include <QWidget>

#include "core/batch/on_oom.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace fanlight::ui {

/// How many images are made at once, in which numbers, and what may be done when that takes too much memory.
class ComputationFields : public QWidget {
    Q_OBJECT

public:
    explicit ComputationFields(QWidget* parent = nullptr);

    int batchSize() const;
    /// One of dtype_choices().
    QString dtype() const;
    OnOom onOom() const;
    /// Does not emit edited().
    void setComputation(int batchSize, const QString& dtype, OnOom onOom);

Q_SIGNALS:
    void edited();

private:
    QSpinBox* batchSize_;
    QComboBox* dtype_;
    QCheckBox* onOom_;
};

}  // namespace fanlight::ui
