#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace fanlight::ui {

/// The LoRAs that are merged into the model, in this order: a line each, with its weight.
class LoraList : public QWidget {
    Q_OBJECT

public:
    explicit LoraList(QWidget* parent = nullptr);

    /// Each as `--lora` takes it: "FILE:WEIGHT".
    QStringList loras() const;
    /// No edited() follows.
    void setLoras(const QStringList& loras);
    void add(const QString& file, double weight = 1);

Q_SIGNALS:
    void edited();

private:
    void chooseFile();

    QVBoxLayout* lines_;
};

}  // namespace fanlight::ui
