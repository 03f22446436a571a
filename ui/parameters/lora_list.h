#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace fanlight::ui {

/// The LoRAs to merge into the model, in this order: one per line, with its weight.
class LoraList : public QWidget {
    Q_OBJECT

public:
    explicit LoraList(QWidget* parent = nullptr);

    /// Each in the form of `--lora`: "FILE:WEIGHT".
    QStringList loras() const;
    /// Does not emit edited().
    void setLoras(const QStringList& loras);
    void add(const QString& file, double weight = 1);

Q_SIGNALS:
    void edited();

private:
    void chooseFile();

    QVBoxLayout* lines_;
};

}  // namespace fanlight::ui
