#pragma once

#include <QStringList>
#include <QWidget>

#include "core/config/model_catalog.h"

namespace fanlight::ui {

class ComponentPicker;
class Field;

/// What takes the place of the model's own VAE and text encoders; hidden for models that take none.
class ComponentFields : public QWidget {
    Q_OBJECT

public:
    explicit ComponentFields(QWidget* parent = nullptr);

    QString vae() const;
    QStringList textEncoders() const;
    /// Does not emit edited().
    void setComponents(const QString& vae, const QStringList& textEncoders);
    /// Shows what the model takes.
    void setCard(const ModelCard& card);

Q_SIGNALS:
    /// By the user.
    void edited();

private:
    Field *vaeField_, *firstField_, *secondField_;
    ComponentPicker *vae_, *first_, *second_;
    QStringList others_;  ///< text encoders for which there is no picker
};

}  // namespace fanlight::ui
