#pragma once

#include <QWidget>
#include <optional>

#include "core/config/model_catalog.h"
#include "ui/parameters/generation.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace fanlight::ui {

class ComponentFields;
class ComputationFields;
class EncoderFields;
class EmphasisField;
class Field;
class FolderField;
class GuidanceField;
class LoraList;
class ModelPicker;
class NegativeField;
class ParameterLine;
class Section;
class SeedField;
class SizeField;
class StyleField;
class SecondPromptsField;
class VariationField;

/// The model, and defaults for what rows leave open. A field that the user has not touched follows the model's own
/// value.
class ParametersPane : public QWidget {
    Q_OBJECT

public:
    explicit ParametersPane(QWidget* parent = nullptr);

    /// The run that is being made, which keeps the values that it began with; 0: none.
    void setRun(qint64 run);

    /// Memory of a run's smallest device in bytes; 0: unknown.
    void setDeviceMemory(qint64 bytes);

    const Generation& generation() const { return generation_; }
    void setGeneration(const Generation& generation);
    /// Takes over some values from an image or a preset; by rule name.
    void setParameters(const QMap<QString, QString>& parameters);

    /// The value of every parameter for a row that sets none, including the model's own; by rule name.
    QMap<QString, QString> effectiveParameters() const;
    /// The model's card; nullopt while it is being looked up, or if the model cannot be used.
    const std::optional<ModelCard>& card() const { return card_; }

    /// Where runs make their folders: what is chosen here, or else in the settings.
    QString outputFolder() const;

    /// The seed of the next run's first image: the user's, or a new random one.
    quint64 takeSeed();

Q_SIGNALS:
    void changed();
    /// Another model has been looked up; "" if it cannot be used.
    void modelFolderChanged(const QString& folder);
    void problem(const QString& sentence);

private:
    QWidget* makeHeader();
    Section* makeModelSection();
    Section* makePromptSection();
    Section* makeImageSection();
    Section* makeSamplingSection();
    Section* makeBatchSection();
    Section* makeLoraSection();
    Section* makeComponentSection();
    Section* makeOutputSection();
    void takeCard(const std::optional<ModelCard>& card);
    void forgetModelValues();
    void showValues();
    void showSchedules();
    void showPrompts();
    void showPart();
    void showGuidance();
    void showComponents();
    void showSampling();
    void showSteps();
    void showEta();
    void set(const QString& rule, const QString& text);
    void setOrForget(const QString& rule, const QString& text);
    QString value(const QString& rule) const;
    QString modelValue(const QString& rule) const;
    void touch();
    void showNote();

    /// Whether the card is that of the model that is set, so that what it has no use for may be forgotten.
    bool knowsModel() const { return card_ && !isCardOutdated_; }

    Generation generation_;
    std::optional<ModelCard> card_;
    bool isCardOutdated_ = false;  ///< another model has been set, and is being read
    bool isModelMissing_ = false;  ///< the last one that was looked up
    qint64 run_ = 0;
    Generation began_;  ///< what was set when the run was first seen
    QLabel* note_;
    ModelPicker* model_;
    QComboBox* prediction_;
    ComponentFields* components_;
    Section* componentSection_;
    NegativeField* negative_;
    SecondPromptsField* secondPrompts_;
    QLineEdit* prefix_;
    QLineEdit* suffix_;
    StyleField* styles_;
    SizeField* size_;
    ParameterLine* originalSize_;
    ParameterLine* crop_;
    ParameterLine* shift_;
    QList<Field*> partFields_;      ///< of models that are told of what the image is a part
    QList<Field*> guidanceFields_;  ///< of models that are guided
    Field* shiftField_;
    Field* predictionField_;
    Field* timestepsField_;
    Field* clipSkipField_;
    QSpinBox* images_;
    SeedField* seed_;
    QCheckBox* sameSeed_;
    VariationField* variation_;
    QComboBox* sampler_;
    QComboBox* schedule_;
    QSpinBox* steps_;
    ParameterLine* timesteps_;
    GuidanceField* guidance_;
    QDoubleSpinBox* eta_;
    QDoubleSpinBox* rescale_;
    QDoubleSpinBox* guidanceEnd_;
    QSpinBox* clipSkip_;
    EmphasisField* emphasis_;
    ComputationFields* computation_;
    EncoderFields* encoders_;
    LoraList* loras_;
    FolderField* output_;
};

}  // namespace fanlight::ui
