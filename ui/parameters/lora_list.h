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
    /// `file`: or the name of one, as find_lora() takes it.
    void add(const QString& file, double weight = 1);
    /// Of the model that they are to be for; empty: not known.
    void setModelFolder(const QString& folder) { modelFolder_ = folder; }

    /// Where files are chosen: where the last one was, or else loras_folder().
    static QString folder();

Q_SIGNALS:
    void edited();

private:
    void browse();

    QVBoxLayout* lines_;
    QString modelFolder_;
};

}  // namespace fanlight::ui
