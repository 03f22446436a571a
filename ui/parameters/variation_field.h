#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLineEdit;

namespace fanlight::ui {

/// A second seed and its share of the noise: a little makes variations of an image.
class VariationField : public QWidget {
    Q_OBJECT

public:
    explicit VariationField(QWidget* parent = nullptr);

    /// As in parameter_rules(); does not emit edited().
    void setVariation(const QString& subseed, const QString& strength);

Q_SIGNALS:
    void edited(const QString& subseed, const QString& strength);

private:
    void announce();

    QLineEdit* subseed_;
    QDoubleSpinBox* strength_;
};

}  // namespace fanlight::ui
