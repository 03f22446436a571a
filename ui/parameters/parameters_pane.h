#pragma once

#include <QWidget>
#include <optional>

#include "core/config/model_catalog.h"
#include "ui/parameters/generation.h"

class QComboBox;
class QDoubleSpinBox;
class QMenu;
class QSpinBox;

namespace fanlight::ui {

class LoraList;
class ModelPicker;
class Section;
class SeedField;
class SizeField;

/// The model and what its rows leave open. A field that the user has not touched shows, and follows, the model's own.
class ParametersPane : public QWidget {
    Q_OBJECT

public:
    explicit ParametersPane(QWidget* parent = nullptr);

    /// Bytes of the smallest device of a run; 0: not known.
    void setDeviceMemory(qint64 bytes);

    const Generation& generation() const { return generation_; }
    void setGeneration(const Generation& generation);
    /// Takes some values of an image or a preset over; by rule name.
    void setParameters(const QMap<QString, QString>& parameters);

    /// Every value as it holds for a row that says nothing, the model's own among them; by rule name.
    QMap<QString, QString> effectiveParameters() const;
    /// What is known of the model; nothing while it is being looked up, or when it cannot be used.
    const std::optional<ModelCard>& card() const { return card_; }

    /// The seed that the next run begins with: the user's, or a new random one.
    quint64 takeSeed();

Q_SIGNALS:
    void changed();
    /// Another model has been looked up: its folder, or "".
    void modelFolderChanged(const QString& folder);
    void problem(const QString& sentence);

private:
    QWidget* makeHeader();
    Section* makeModelSection();
    Section* makeImageSection();
    Section* makeSamplingSection();
    Section* makeBatchSection();
    Section* makeLoraSection();
    void fillPresets();
    void savePreset();
    void takeCard(const std::optional<ModelCard>& card);
    void showValues();
    void showSchedules();
    void set(const QString& rule, const QString& text);
    QString value(const QString& rule) const;
    QString modelValue(const QString& rule) const;
    void touch();

    Generation generation_;
    std::optional<ModelCard> card_;
    QMenu* presets_;
    ModelPicker* model_;
    SizeField* size_;
    QSpinBox* images_;
    SeedField* seed_;
    QComboBox* sampler_;
    QComboBox* schedule_;
    QSpinBox* steps_;
    QDoubleSpinBox* guidance_;
    QSpinBox* clipSkip_;
    QSpinBox* batchSize_;
    QComboBox* dtype_;
    LoraList* loras_;
};

}  // namespace fanlight::ui
