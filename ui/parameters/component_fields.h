#pragma once

#include <QStringList>
#include <QWidget>

#include "core/config/model_catalog.h"

class QCheckBox;

namespace fanlight::ui {

class ComponentPicker;
class Field;

/// What takes the place of the model's own VAE and text encoders, and how the VAE works; hidden for models that have no
/// use for it.
class ComponentFields : public QWidget {
    Q_OBJECT

public:
    explicit ComponentFields(QWidget* parent = nullptr);

    QString vae() const;
    QStringList textEncoders() const;
    bool vaeTiling() const;
    // These do not emit edited().
    void setComponents(const QString& vae, const QStringList& textEncoders);
    void setVaeTiling(bool tiling);
    /// Shows what the model takes.
    void setCard(const ModelCard& card);

Q_SIGNALS:
    /// By the user.
    void edited();

private:
    Field *vaeField_, *tilingField_, *firstField_, *secondField_;
    ComponentPicker *vae_, *first_, *second_;
    QCheckBox* tiling_;
    QStringList others_;  ///< text encoders for which there is no picker
};

}  // namespace fanlight::ui
