#pragma once

#include <QWidget>

class QDoubleSpinBox;

namespace fanlight {
struct ModelTraits;
}

namespace fanlight::ui {

class Field;

/// How strongly a model is guided: the scale that all have, and the one beside it of those that take that as an input.
class GuidanceField : public QWidget {
    Q_OBJECT

public:
    explicit GuidanceField(QWidget* parent = nullptr);

    /// Shows what the model takes.
    void setTraits(const ModelTraits& traits);
    /// As in parameter_rules(); does not emit edited().
    void setScales(const QString& cfgScale, const QString& trueCfgScale);

Q_SIGNALS:
    /// `rule` as in parameter_rules().
    void edited(const QString& rule, const QString& text);

private:
    QDoubleSpinBox* makeBox(const char* rule, double minimum);

    QDoubleSpinBox* scale_;
    QDoubleSpinBox* trueScale_;
    Field* scaleField_;
    Field* trueField_;
};

}  // namespace fanlight::ui
