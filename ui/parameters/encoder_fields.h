#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace fanlight::ui {

/// Where the text encoders work, and whether what they read is kept.
class EncoderFields : public QWidget {
    Q_OBJECT

public:
    explicit EncoderFields(QWidget* parent = nullptr);

    /// "cpu", "cuda:1"; empty: beside the network.
    QString textDevice() const;
    bool cacheEmbeddings() const;
    /// Does not emit edited(). A device that is not on this machine is offered, too.
    void setEncoders(const QString& textDevice, bool cacheEmbeddings);

Q_SIGNALS:
    void edited();

private:
    QComboBox* device_;
    QCheckBox* cache_;
};

}  // namespace fanlight::ui
