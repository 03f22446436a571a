#pragma once

#include <QStringList>
#include <QWidget>

#include "core/config/model_catalog.h"
#include "ui/parameters/generation.h"

class QCheckBox;
class QDoubleSpinBox;

namespace fanlight::ui {

class ComponentPicker;
class Field;

/// What takes the place of the model's own network, VAE and text encoders, how the VAE works, and the refiner; hidden
/// for models that have no use for it.
class ComponentFields : public QWidget {
    Q_OBJECT

public:
    explicit ComponentFields(QWidget* parent = nullptr);

    QString network() const;
    QString vae() const;
    QStringList textEncoders() const;
    bool vaeTiling() const;
    QString refiner() const;
    // These do not emit edited().
    void setNetwork(const QString& network);
    void setComponents(const QString& vae, const QStringList& textEncoders);
    void setVaeTiling(bool tiling);
    void setRefiner(const QString& refiner, double takesOverAt);
    /// All that is said of them.
    void setGeneration(const Generation& generation);
    void takeInto(Generation& generation) const;
    /// Shows what the model takes.
    void setCard(const ModelCard& card);

Q_SIGNALS:
    /// By the user.
    void edited();

private:
    Field *networkField_, *vaeField_, *tilingField_, *firstField_, *secondField_, *refinerField_, *switchField_;
    ComponentPicker *network_, *vae_, *first_, *second_, *refiner_;
    QCheckBox* tiling_;
    QDoubleSpinBox* switch_;
    bool takesRefiner_ = false;
    QStringList others_;  ///< text encoders for which there is no picker
};

}  // namespace fanlight::ui
