#pragma once

#include <QWidget>

#include "ui/parameters/generation.h"

class QCheckBox;
class QComboBox;

namespace fanlight::ui {

class Field;

/// On which devices parts of the model work besides: where the text encoders do, whether what they read is kept, and
/// whether guided evaluations are shared.
class EncoderFields : public QWidget {
    Q_OBJECT

public:
    explicit EncoderFields(QWidget* parent = nullptr);

    /// "cpu", "cuda:1"; empty: beside the network.
    QString textDevice() const;
    bool cacheEmbeddings() const;
    /// Does not emit edited(). A device that is not on this machine is offered, too.
    void setGeneration(const Generation& generation);
    void takeInto(Generation& generation) const;
    void setCard(const ModelCard& card);

Q_SIGNALS:
    void edited();

private:
    void showPairs();

    QComboBox* device_;
    QCheckBox* cache_;
    QCheckBox* pairs_;
    Field* pairsField_;
    bool hasPairs_ = false;  ///< this machine
    bool takesPairs_ = false;
};

}  // namespace fanlight::ui
