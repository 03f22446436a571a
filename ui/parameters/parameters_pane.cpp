#include "ui/parameters/parameters_pane.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/number_text.h"
#include "core/batch/flow_schedules.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/component_fields.h"
#include "ui/parameters/computation_fields.h"
#include "ui/parameters/emphasis_field.h"
#include "ui/parameters/encoder_fields.h"
#include "ui/parameters/field.h"
#include "ui/parameters/guidance_field.h"
#include "ui/parameters/lora_list.h"
#include "ui/parameters/model_picker.h"
#include "ui/parameters/negative_field.h"
#include "ui/parameters/number_boxes.h"
#include "ui/parameters/parameter_line.h"
#include "ui/parameters/preset_menu.h"
#include "ui/parameters/second_prompts_field.h"
#include "ui/parameters/seed_field.h"
#include "ui/parameters/size_field.h"
#include "ui/parameters/style_field.h"
#include "ui/parameters/variation_field.h"
#include "ui/settings/folder_field.h"
#include "ui/settings/settings.h"
#include "ui/style/content_area.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int menuButtonExtra = 60;  // pixels for icon and chevron

void showSize(SizeField* field, const QString& width, const QString& height) {
    if (!width.isEmpty() && !height.isEmpty()) field->setSize({width.toInt(), height.toInt()});
}

}  // namespace

ParametersPane::ParametersPane(QWidget* parent) : QWidget(parent), note_(new QLabel), model_(new ModelPicker) {
    note_->setAccessibleName(tr("Notes on the values"));
    note_->setWordWrap(true);
    note_->setContentsMargins(8, 0, 8, 0);
    note_->hide();
    connect(this, &ParametersPane::changed, this, &ParametersPane::showNote);
    auto* content = new QWidget;
    auto* sections = new QVBoxLayout(content);
    sections->setContentsMargins(4, 0, 4, 10);
    sections->setSpacing(4);
    for (Section* section : {makeModelSection(), makePromptSection(), makeImageSection(), makeSamplingSection(),
                             makeBatchSection(), makeLoraSection(), makeComponentSection(), makeOutputSection()})
        sections->addWidget(section);
    sections->addStretch();
    auto* scroll = new ContentArea(content);
    scroll->setAccessibleName(tr("Parameters"));
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(makeHeader());
    layout->addWidget(note_);
    layout->addWidget(scroll, 1);
    const QMargins margins = layout->contentsMargins();
    setMinimumWidth(std::max(270, content->minimumSizeHint().width() + scroll->verticalScrollBar()->sizeHint().width() +
                                      margins.left() + margins.right()));

    connect(model_, &ModelPicker::lookedUp, this, &ParametersPane::takeCard);
    connect(model_, &ModelPicker::problem, this, &ParametersPane::problem);
    connect(model_, &ModelPicker::chosen, this, [this](const QString& name) {
        generation_.model = name;
        forgetComponents(generation_);  // they went with the model before
        showValues();
        touch();
    });
    setGeneration({});
    model_->setModel(generation_.model, generation_.network);
}

QWidget* ParametersPane::makeHeader() {
    auto* header = new QWidget;
    auto* button = new QToolButton;
    button->setIcon(icon("preset"));
    button->setText(tr("Presets"));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setAutoRaise(true);
    auto* presets = new PresetMenu([this] { return generation_; }, this);
    connect(presets, &PresetMenu::chosen, this, &ParametersPane::setGeneration);
    button->setMenu(presets);
    button->setMinimumWidth(button->fontMetrics().horizontalAdvance(button->text()) + menuButtonExtra);
    auto* reset = new QToolButton;
    reset->setIcon(icon("undo"));
    reset->setText(tr("Model's default values"));
    reset->setToolTip(tr("Reset everything the model has defaults for; prompts, seeds and LoRAs stay"));
    reset->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    reset->setAutoRaise(true);
    connect(reset, &QToolButton::clicked, this, [this] { forgetModelValues(); });
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(4, 0, 4, 0);
    layout->addWidget(button);
    layout->addStretch();
    layout->addWidget(reset);
    return header;
}

Section* ParametersPane::makeModelSection() {
    auto* section = new Section(tr("Model"));
    section->add(new Field(labelOf("model"), model_,
                           tr("The starter that comes with Fanlight, the models in the Hugging Face cache, and those "
                              "that you add: folders in diffusers' format, or single files.")));
    prediction_ = new QComboBox;
    prediction_->addItem(tr("Model's default"), QString());
    prediction_->addItem(tr("Noise (epsilon)"), QString("epsilon"));
    prediction_->addItem(tr("Velocity (v)"), QString("v_prediction"));
    connect(prediction_, &QComboBox::activated, this, [this](int row) {
        generation_.prediction = prediction_->itemData(row).toString();
        touch();
    });
    predictionField_ =
        new Field(labelOf("prediction"), prediction_,
                  tr("What the network predicts. Try the other one if a model file makes nothing but noise or grey."));
    section->add(predictionField_);
    return section;
}

/// What all prompts have in common.
Section* ParametersPane::makePromptSection() {
    negative_ = new NegativeField;
    prefix_ = new QLineEdit;
    suffix_ = new QLineEdit;
    connect(negative_, &NegativeField::edited, this, [this](const QString& text) { set("negative_prompt", text); });
    connect(negative_, &NegativeField::cleared, this, [this] { setOrForget("negative_prompt", {}); });
    const auto keep = [this](QLineEdit* line, QString Generation::*member) {
        connect(line, &QLineEdit::textEdited, this, [this, member](const QString& text) {
            generation_.*member = text;
            touch();
        });
    };
    keep(prefix_, &Generation::prefix);
    keep(suffix_, &Generation::suffix);
    styles_ = new StyleField;
    connect(styles_, &StyleField::edited, this, [this](const QString& styles) { setOrForget("styles", styles); });
    auto* section = new Section(tr("Every prompt"));
    section->add(negative_);
    secondPrompts_ = new SecondPromptsField;
    connect(secondPrompts_, &SecondPromptsField::edited, this, &ParametersPane::setOrForget);
    section->add(secondPrompts_);
    section->add(
        new Field(labelOf("prefix"), prefix_,
                  tr("Text before every prompt. A comma is added between them unless there is already a space.")));
    section->add(new Field(labelOf("suffix"), suffix_, tr("Text after every prompt.")));
    section->add(new Field(labelOf("styles"), styles_,
                           tr("Texts with names that go around every prompt, from lists of AUTOMATIC1111 or Fooocus. "
                              "A row's own styles replace these.")));
    return section;
}

Section* ParametersPane::makeOutputSection() {
    output_ = new FolderField(tr("Output folder"));
    connect(output_, &FolderField::edited, this, [this] {
        output_->checkThen([this] {
            generation_.outputFolder = output_->folder();
            touch();
        });
    });
    auto* section = new Section(tr("Output"));
    section->add(
        new Field(tr("Output folder"), output_,
                  tr("Each run creates its own folder here. Leave empty to use the folder from the settings.")));
    return section;
}

Section* ParametersPane::makeImageSection() {
    size_ = new SizeField;
    connect(size_, &SizeField::edited, this, [this](const QSize& size) {
        generation_.parameters["width"] = QString::number(size.width());
        set("height", QString::number(size.height()));
    });
    images_ = spin(1, 10000);
    connect(images_, &QSpinBox::valueChanged, this, [this](int count) { set("images", QString::number(count)); });
    seed_ = new SeedField;
    connect(seed_, &SeedField::edited, this, [this] {
        generation_.randomSeed = seed_->isRandom();
        if (const auto seed = seed_->seed()) generation_.parameters["seed"] = QString::number(*seed);
        touch();
    });
    sameSeed_ = new QCheckBox(tr("Same seed for every row"));
    connect(sameSeed_, &QCheckBox::clicked, this, [this](bool same) {
        generation_.sameSeed = same;
        touch();
    });
    const auto part = [this](const char* rule, const QString& usual, const QString& help) {
        auto* line = new ParameterLine(usual);
        connect(line, &ParameterLine::edited, this, [this, rule](const QString& text) { setOrForget(rule, text); });
        partFields_ << new Field(labelOf(rule), line, help);
        return line;
    };
    originalSize_ = part("original_size", tr("the image's own"),
                         tr("Of the photograph that the image is to look like a part of, such as 2048x1024."));
    crop_ =
        part("crop", "0,0", tr("Where in it the image begins: pixels from the left and from the top, such as 256,0."));
    variation_ = new VariationField;
    connect(variation_, &VariationField::edited, this, [this](const QString& subseed, const QString& strength) {
        generation_.parameters["subseed"] = subseed;
        set("subseed_strength", strength);
    });
    auto* section = new Section(tr("Image"));
    section->add(
        new Field(labelOf("size"), size_, tr("In pixels. Models work best near the size they were trained at.")));
    for (Field* field : partFields_) section->add(field);
    section->add(new Field(labelOf("images"), images_, tr("How many to make of each prompt, with consecutive seeds.")));
    section->add(new Field(labelOf("seed"), seed_,
                           tr("The seed of the first image; the next ones count up. The same seed and settings make "
                              "the same image again.")));
    section->add(variation_);
    section->add(new Field(tr("Seeds of rows"), sameSeed_,
                           tr("Shows what the prompts alone change. Several images of one prompt are then identical. "
                              "Rows with their own seeds keep them.")));
    sameSeed_->setAccessibleName(sameSeed_->text());
    return section;
}

Section* ParametersPane::makeSamplingSection() {
    sampler_ = new QComboBox;
    schedule_ = new QComboBox;
    const auto offer = [](QComboBox* box, const QString& rule, const std::string& value) {
        const QString name = QString::fromStdString(value);
        box->addItem(valueLabel(rule, name), name);
    };
    for (const SamplerName& sampler : sampler_names()) offer(sampler_, "sampler", sampler.name);
    for (const ScheduleName& schedule : schedule_names()) offer(schedule_, "schedule", schedule.name);
    steps_ = spin(1, 1000);
    guidance_ = new GuidanceField;
    eta_ = shareSpin();
    rescale_ = shareSpin();
    guidanceEnd_ = shareSpin();
    clipSkip_ = spin(0, 64);
    emphasis_ = new EmphasisField;
    connect(sampler_, &QComboBox::activated, this, [this](int row) {
        set("sampler", sampler_->itemData(row).toString());
        showSampling();
    });
    connect(schedule_, &QComboBox::activated, this,
            [this](int row) { set("schedule", schedule_->itemData(row).toString()); });
    connect(steps_, &QSpinBox::valueChanged, this, [this](int steps) {
        generation_.parameters.remove("timesteps");
        set("steps", QString::number(steps));
        showSteps();
    });
    timesteps_ = new ParameterLine(tr("those of the schedule"));
    connect(timesteps_, &ParameterLine::edited, this, [this](const QString& timesteps) {
        generation_.parameters.remove("steps");
        setOrForget("timesteps", timesteps);
        showSteps();
    });
    shift_ = new ParameterLine(tr("that of the model"));
    connect(shift_, &ParameterLine::edited, this, [this](const QString& shift) { setOrForget("shift", shift); });
    connect(guidance_, &GuidanceField::edited, this, &ParametersPane::set);
    for (const auto& [box, rule] : {std::pair{eta_, "eta"}, {rescale_, "rescale_cfg"}, {guidanceEnd_, "cfg_end"}})
        connect(box, &QDoubleSpinBox::valueChanged, this,
                [this, rule](double value) { set(rule, QString::fromStdString(number_text(value))); });
    connect(clipSkip_, &QSpinBox::valueChanged, this,
            [this](int layers) { set("clip_skip", QString::number(layers)); });
    connect(emphasis_, &EmphasisField::edited, this, [this](const QString& emphasis, const QString& literal) {
        generation_.parameters["emphasis"] = emphasis;
        set("literal", literal);
    });

    auto* section = new Section(tr("Sampling"));
    section->add(new Field(labelOf("sampler"), sampler_, tr("The method that turns noise into an image.")));
    section->add(new Field(
        labelOf("schedule"), schedule_,
        tr("How the noise decreases from step to step. Some samplers follow the model's own timesteps only.")));
    guidanceFields_ = {new Field(labelOf("cfg_end"), guidanceEnd_,
                                 tr("Share of the steps that are guided. The rest follows the prompt alone and is "
                                    "twice as fast.")),
                       new Field(labelOf("rescale_cfg"), rescale_,
                                 tr("Takes back the contrast that strong guidance adds, wholly at 1."))};
    section->addRow(
        {new Field(labelOf("steps"), steps_, tr("More steps take longer and may show more detail.")), guidance_});
    timestepsField_ =
        new Field(labelOf("timesteps"), timesteps_,
                  tr("The training steps to take instead of so many steps, such as 999,749,499,249 for models "
                     "distilled for them. Some samplers cannot be told any."));
    section->add(timestepsField_);
    section->addRow({guidanceFields_[0], guidanceFields_[1]});
    section->add(new Field(labelOf("eta"), eta_,
                           tr("How much noise the sampler adds at each step. Samplers without noise have none.")));
    shiftField_ =
        new Field(labelOf("shift"), shift_,
                  tr("How far the steps move towards strong noise: at 1 they are even, and larger images need more."));
    section->add(shiftField_);
    clipSkipField_ =
        new Field(labelOf("clip_skip"), clipSkip_,
                  tr("Last layers of the text encoder to skip. Some models were trained with one skipped."));
    section->add(clipSkipField_);
    section->add(emphasis_);
    return section;
}

Section* ParametersPane::makeBatchSection() {
    computation_ = new ComputationFields;
    connect(computation_, &ComputationFields::edited, this, [this] {
        generation_.batchSize = computation_->batchSize();
        generation_.dtype = computation_->dtype();
        generation_.weights = computation_->weights();
        generation_.onOom = computation_->onOom();
        touch();
    });
    auto* section = new Section(tr("Computation"));
    section->add(computation_);
    encoders_ = new EncoderFields;
    connect(encoders_, &EncoderFields::edited, this, [this] {
        encoders_->takeInto(generation_);
        touch();
    });
    section->add(encoders_);
    return section;
}

Section* ParametersPane::makeLoraSection() {
    loras_ = new LoraList;
    connect(loras_, &LoraList::edited, this, [this] {
        generation_.loras = loras_->loras();
        touch();
    });
    auto* section = new Section(labelOf("loras"));
    section->add(loras_);
    return section;
}

/// Closed, since few change what a model consists of.
Section* ParametersPane::makeComponentSection() {
    components_ = new ComponentFields;
    connect(components_, &ComponentFields::edited, this, [this] {
        const QString network = generation_.network;
        components_->takeInto(generation_);
        if (generation_.network != network) model_->setModel(generation_.model, generation_.network);
        touch();
    });
    componentSection_ = new Section(tr("Components"));
    componentSection_->add(components_);
    componentSection_->setOpen(false);
    return componentSection_;
}

void ParametersPane::takeCard(const std::optional<ModelCard>& card) {
    card_ = card;
    isCardOutdated_ = false;
    isModelMissing_ = !card;
    if (card_) size_->setModel(*card_);
    loras_->setModelFolder(card_ ? QString::fromStdString(card_->folder.string()) : QString());
    showValues();
    Q_EMIT modelFolderChanged(card_ ? QString::fromStdString(card_->folder.string()) : QString());
    Q_EMIT changed();
}

void ParametersPane::setRun(qint64 run) {
    if (run != run_) began_ = generation_;
    run_ = run;
    showNote();
}

void ParametersPane::showNote() {
    QStringList notes;
    if (run_ != 0 && !(generation_ == began_))
        notes << tr("The current run keeps its values; your changes apply to the next one.");
    if (isModelMissing_) notes << tr("Model not found: its default values are unknown, so these are the last ones.");
    note_->setText(notes.join('\n'));
    note_->setVisible(!notes.isEmpty());
}

void ParametersPane::setDeviceMemory(qint64 bytes) { model_->setDeviceMemory(bytes); }

QString ParametersPane::modelValue(const QString& rule) const { return usualValue(rule, generation_, card_); }

QString ParametersPane::value(const QString& rule) const {
    return generation_.parameters.value(rule, modelValue(rule));
}

QMap<QString, QString> ParametersPane::effectiveParameters() const {
    QMap<QString, QString> values;
    for (const ParameterRule& rule : parameter_rules())
        if (const QString text = value(rule.name); !text.isNull()) values[rule.name] = text;
    if (generation_.randomSeed) values["seed"] = tr("random");
    return values;
}

void ParametersPane::showValues() {
    const auto showText = [](QLineEdit* line, const QString& text) {
        if (text != line->text()) line->setText(text);
    };
    showPrompts();
    showText(prefix_, generation_.prefix);
    showText(suffix_, generation_.suffix);
    styles_->setStyles(value("styles"));
    output_->setDefault(ui::outputFolder());
    showSize(size_, value("width"), value("height"));
    showPart();
    showNumber(images_, value("images"));
    seed_->set(value("seed").toULongLong(), generation_.randomSeed);
    sameSeed_->setChecked(generation_.sameSeed);
    showChoice(prediction_, generation_.prediction);
    showComponents();
    if (const QString sampler = value("sampler"); !sampler.isEmpty()) showChoice(sampler_, sampler);
    showChoice(schedule_, value("schedule"));
    showGuidance();
    showNumber(clipSkip_, value("clip_skip"));
    variation_->setVariation(value("subseed"), value("subseed_strength"));
    emphasis_->setEmphasis(value("emphasis"), value("literal"));
    computation_->setComputation(generation_.batchSize, generation_.dtype, generation_.weights, generation_.onOom);
    encoders_->setGeneration(generation_);
    loras_->setLoras(generation_.loras);
    showSampling();
}

/// What depends on the sampler.
void ParametersPane::showSampling() {
    showSchedules();
    showSteps();
    showEta();
}

/// A sampler that cannot be told its timesteps forgets those for another.
void ParametersPane::showSteps() {
    const SamplerName* sampler = find_sampler(value("sampler").toStdString());
    if (sampler && !sampler->takes_timesteps && generation_.parameters.remove("timesteps") > 0) touch();
    timesteps_->setEnabled(sampler && sampler->takes_timesteps);
    timesteps_->setValue(value("timesteps"));
    showNumber(steps_, value("steps"));
}

/// A model that takes no negative prompt, or has no second text encoder, forgets those of another.
void ParametersPane::showPrompts() {
    const bool takesNegative = !card_ || card_->traits.negative_prompt;
    negative_->setVisible(takesNegative);
    if (knowsModel() && !takesNegative && generation_.parameters.remove("negative_prompt") > 0) touch();
    negative_->setPrompt(givenValue("negative_prompt", generation_));
    negative_->setTellsAbsent(card_ && card_->traits.tells_absent_negative);
    const bool areRead = card_ && card_->traits.takes_second_prompts;
    secondPrompts_->setVisible(areRead);
    for (const char* rule : {"prompt_2", "negative_prompt_2"}) {
        if (knowsModel() && !areRead && generation_.parameters.remove(rule) > 0) touch();
        secondPrompts_->setPrompt(rule, value(rule));
    }
}

/// A model that is not told of them forgets those of another.
void ParametersPane::showPart() {
    const bool isTold = card_ && card_->traits.takes_sizes, isFlow = card_ && card_->flow;
    for (Field* field : partFields_) field->setVisible(isTold);
    shiftField_->setVisible(isFlow);
    predictionField_->setVisible(!isFlow);
    timestepsField_->setVisible(!isFlow);
    const bool hasClip = !card_ || card_->traits.reads_with_clip;
    clipSkipField_->setVisible(hasClip);
    emphasis_->setVisible(hasClip);
    for (const auto& [line, rule, isTaken] :
         {std::tuple(originalSize_, "original_size", isTold), {crop_, "crop", isTold}, {shift_, "shift", isFlow}}) {
        if (knowsModel() && !isTaken && generation_.parameters.remove(rule) > 0) touch();
        line->setValue(value(rule));
    }
}

/// A model that is never guided, or not by both scales, forgets how another was.
void ParametersPane::showGuidance() {
    const ModelTraits traits = card_ ? card_->traits : ModelTraits();
    const bool takesScale = traits.guidance != GuidanceKind::None, takesTrue = traits.takes_true_cfg,
               isGuided = takesScale || takesTrue;
    guidance_->setTraits(traits);
    guidance_->setVisible(isGuided);
    for (Field* field : guidanceFields_) field->setVisible(isGuided);
    for (const auto& [rule, isTaken] : {std::pair{"cfg_scale", takesScale},
                                        {"true_cfg_scale", takesTrue},
                                        {"rescale_cfg", isGuided},
                                        {"cfg_end", isGuided}})
        if (knowsModel() && !isTaken && generation_.parameters.remove(rule) > 0) touch();
    guidance_->setScales(value("cfg_scale"), value("true_cfg_scale"));
    showNumber(rescale_, value("rescale_cfg"));
    showNumber(guidanceEnd_, value("cfg_end"));
}

/// A model that takes none forgets those of another.
void ParametersPane::showComponents() {
    if (knowsModel() && forgetUseless(generation_, *card_)) touch();
    components_->setGeneration(generation_);
    if (hasComponents(generation_)) componentSection_->setOpen(true);
    if (!card_) return;
    encoders_->setCard(*card_);
    components_->setCard(*card_);
    componentSection_->setVisible(!card_->replaceable.empty());
}

/// A sampler that draws no noise has no eta, and forgets that of another.
void ParametersPane::showEta() {
    const bool hasEta = !modelValue("eta").isEmpty();
    if (!hasEta && generation_.parameters.remove("eta") > 0) touch();
    eta_->setEnabled(hasEta);
    showNumber(eta_, hasEta ? value("eta") : QString("0"));
}

/// A sampler that cannot follow the schedule falls back to the model's own.
void ParametersPane::showSchedules() {
    const SamplerName* sampler = find_sampler(value("sampler").toStdString());
    const auto isFlow = knowsModel() ? std::optional(card_->flow) : std::nullopt;
    const auto setEnabled = [](QComboBox* box, const std::string& name, bool isEnabled) {
        box->setItemData(box->findData(QString::fromStdString(name)), isEnabled ? QVariant() : QVariant(0),
                         Qt::UserRole - 1);
    };
    for (const SamplerName& each : sampler_names()) setEnabled(sampler_, each.name, isFlow != true || each.flow());
    const ScheduleName* schedule = find_schedule(value("schedule").toStdString());
    if (sampler && schedule && schedule->sets_sigmas && !follows(sampler, *schedule, isFlow)) {
        set("schedule", "default");
        showChoice(schedule_, "default");
    }
    for (const ScheduleName& name : schedule_names()) setEnabled(schedule_, name.name, follows(sampler, name, isFlow));
}

void ParametersPane::setGeneration(const Generation& generation) {
    const bool otherModel = generation.model != generation_.model || generation.network != generation_.network;
    isCardOutdated_ = isCardOutdated_ || otherModel;
    generation_ = generation;
    output_->setFolder(generation.outputFolder);  // not whenever a model is read: the user may be typing
    showValues();
    if (otherModel) model_->setModel(generation.model, generation.network);
    Q_EMIT changed();
}

/// What the user has said of prompts, seeds, LoRAs and folders is no model's.
void ParametersPane::forgetModelValues() {
    Generation fresh = generation_;
    forgetComponents(fresh);
    fresh.vaeTiling = false;
    fresh.batchSize = Generation().batchSize;
    fresh.dtype = Generation().dtype;
    fresh.weights = Generation().weights;
    static const QSet<QString> kept = {"seed",     "subseed",           "subseed_strength", "negative_prompt",
                                       "prompt_2", "negative_prompt_2", "images",           "styles"};
    for (const QString& name : fresh.parameters.keys())
        if (!kept.contains(name)) fresh.parameters.remove(name);
    setGeneration(fresh);
    touch();
}

void ParametersPane::setParameters(const QMap<QString, QString>& parameters) {
    Generation taken = generation_;
    if (parameters.contains("steps")) taken.parameters.remove("timesteps");
    for (auto it = parameters.begin(); it != parameters.end(); ++it) taken.parameters[it.key()] = it.value();
    if (parameters.contains("seed")) taken.randomSeed = false;
    setGeneration(taken);
}

QString ParametersPane::outputFolder() const {
    return generation_.outputFolder.isEmpty() ? ui::outputFolder() : generation_.outputFolder;
}

quint64 ParametersPane::takeSeed() {
    const quint64 seed =
        generation_.randomSeed ? QRandomGenerator::global()->generate64() >> 11 : value("seed").toULongLong();
    seed_->setLastSeed(seed);
    return seed;
}

void ParametersPane::setOrForget(const QString& rule, const QString& text) {
    if (!text.isEmpty()) return set(rule, text);
    generation_.parameters.remove(rule);
    touch();
}

/// A value equal to the model's own is dropped, so that it follows the model.
void ParametersPane::set(const QString& rule, const QString& text) {
    generation_.parameters[rule] = text;
    for (const QString& name : generation_.parameters.keys())
        if (const QString usual = modelValue(name); !usual.isNull() && generation_.parameters[name] == usual)
            generation_.parameters.remove(name);
    touch();
}

void ParametersPane::touch() {
    settings::generation.set(toMap(generation_));
    Q_EMIT changed();
}

}  // namespace fanlight::ui

#include "moc_parameters_pane.cpp"
