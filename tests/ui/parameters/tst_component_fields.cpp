#include "ui/parameters/component_fields.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/test.h"
#include "ui/parameters/component_picker.h"
#include "ui/parameters/computation_fields.h"
#include "ui/parameters/encoder_fields.h"
#include "ui/parameters/generation.h"
#include "ui/parameters/parameters_pane.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestComponentFields : public QObject {
    Q_OBJECT

    static QComboBox* box(const QWidget& parent, const QString& name) {
        for (QComboBox* each : parent.findChildren<QComboBox*>())
            if (each->accessibleName() == name) return each;
        return nullptr;
    }

private Q_SLOTS:
    void componentsComeBackAsTheyWereSet() {
        ComponentFields fields;
        const QSignalSpy edited(&fields, &ComponentFields::edited);
        fields.setComponents("ft-mse", {"/clip/l.safetensors", "big_g", "one/more"});
        QCOMPARE(fields.vae(), QString("ft-mse"));
        QCOMPARE(fields.textEncoders(), QStringList({"/clip/l.safetensors", "big_g", "one/more"}));
        QCOMPARE(box(fields, "Text encoder")->currentText(), QString("l.safetensors"));
        fields.setComponents("", {});
        QCOMPARE(fields.vae(), QString());
        QCOMPARE(fields.textEncoders(), QStringList());
        QCOMPARE(box(fields, "VAE")->currentText(), QString("Model's own"));
        QCOMPARE(edited.size(), 0);
    }

    void oneOfThoseInTheFoldersIsChosen() {
        ComponentPicker picker("vae", "VAE");
        QSignalSpy edited(&picker, &ComponentPicker::edited);
        picker.setComponent("/else/where.safetensors");
        picker.setKnown({"a", "b"});
        QCOMPARE(picker.component(), QString("/else/where.safetensors"));
        QComboBox* list = box(picker, "VAE");
        QCOMPARE(list->count(), 4);
        list->setCurrentIndex(2);
        Q_EMIT list->activated(2);
        QCOMPARE(edited.at(0).at(0).toString(), QString("b"));
        picker.setKnown({"a", "b"});
        QCOMPARE(list->count(), 3);
    }

    void theyAreShownForModelsThatTakeThem() {
        ComponentFields fields;
        const auto shown = [&](const char* pipeline) {
            fields.setCard({.pipeline_class = pipeline});
            QString names;
            for (const char* name : {"Network", "VAE", "Text encoder", "Second text encoder"})
                names += box(fields, name)->isVisibleTo(&fields) ? '1' : '0';
            names += fields.findChild<QCheckBox*>()->isVisibleTo(&fields) ? '1' : '0';
            return names;
        };
        QCOMPARE(shown("StableDiffusionPipeline"), QString("11101"));
        QCOMPARE(shown("StableDiffusionXLPipeline"), QString("11111"));
        QCOMPARE(shown("GPT2LMHeadModel"), QString("00000"));
    }

    void theyAreRememberedAndRequested() {
        const Generation generation = generationOf(toMap({.vae = "ft-mse", .textEncoders = {"a", "b"}}));
        QCOMPARE(generation.vae, QString("ft-mse"));
        QCOMPARE(requestOf(generation).vae, std::string("ft-mse"));
        QVERIFY(!requestOf(generation).vae_tiling);
        QVERIFY(requestOf(generationOf(toMap({.vaeTiling = true}))).vae_tiling);
        QCOMPARE(requestOf(generationOf(toMap({.network = "n"}))).network, std::string("n"));
        QCOMPARE(requestOf(generationOf(toMap({.refiner = "r"}))).refiner, std::string("r"));
        QCOMPARE(requestOf(generation).text_encoders, (std::vector<std::string>{"a", "b"}));
    }

    void whatIsDoneWhenMemoryRunsOutIsAChoice() {
        QVERIFY(requestOf(Generation()).on_oom == fanlight::OnOom::Same);
        QVERIFY(requestOf(generationOf(toMap({.onOom = fanlight::OnOom::Any}))).on_oom == fanlight::OnOom::Any);
        ParametersPane pane;
        auto* choice = pane.findChild<ComputationFields*>()->findChild<QCheckBox*>();
        choice->click();
        QVERIFY(pane.generation().onOom == fanlight::OnOom::Any);
        pane.setGeneration({.batchSize = 3});
        QVERIFY(!choice->isChecked());
        QCOMPARE(pane.findChild<ComputationFields*>()->batchSize(), 3);
    }

    void howWeightsAreInMemoryIsAChoice() {
        using fanlight::WeightForm;
        QVERIFY(requestOf(Generation()).weights == WeightForm::Auto);
        QVERIFY(requestOf(generationOf(toMap({.weights = WeightForm::Packed}))).weights == WeightForm::Packed);
        ParametersPane pane;
        auto* choice = pane.findChild<ComputationFields*>()->findChildren<QComboBox*>().last();
        QCOMPARE(choice->count(), static_cast<int>(fanlight::weight_form_names().size()));
        choice->setCurrentIndex(choice->count() - 1);
        Q_EMIT choice->activated(choice->currentIndex());
        QVERIFY(pane.generation().weights == WeightForm::Packed);
        pane.setGeneration({.weights = WeightForm::Dequantised});
        QVERIFY(pane.findChild<ComputationFields*>()->weights() == WeightForm::Dequantised);
    }

    void whereTextsAreReadIsAChoice() {
        QVERIFY(requestOf(Generation()).text_device.empty() && !requestOf(Generation()).cache_embeddings);
        const Generation kept = generationOf(toMap({.textDevice = "cuda:9", .cacheEmbeddings = true}));
        QVERIFY(requestOf(kept).text_device == "cuda:9" && requestOf(kept).cache_embeddings);
        ParametersPane pane;
        auto* fields = pane.findChild<EncoderFields*>();
        auto* device = fields->findChild<QComboBox*>();
        QVERIFY(device->findData("cpu") >= 0);
        pane.setGeneration(kept);
        QCOMPARE(fields->textDevice(), QString("cuda:9"));  // of another machine
        QVERIFY(fields->cacheEmbeddings());
        device->setCurrentIndex(device->findData("cpu"));
        Q_EMIT device->activated(device->currentIndex());
        fields->findChild<QCheckBox*>()->click();
        QCOMPARE(pane.generation().textDevice, QString("cpu"));
        QVERIFY(!pane.generation().cacheEmbeddings);
    }

    void devicesInPairsAreAChoiceWhereTheyCanBe() {
        PlanRequest request = requestOf(Generation());
        setDevices(request, "cuda:0,cuda:1", {});
        QVERIFY(request.devices == "cuda:0,cuda:1" && request.cfg_devices.empty());
        const Generation kept = generationOf(toMap({.cfgPairs = true}));
        QVERIFY(kept.cfgPairs);
        setDevices(request, "cuda:0,cuda:1", kept);
        QVERIFY(request.devices == "all" && request.cfg_devices == "cuda:0,cuda:1");

        EncoderFields fields;
        auto* pairs = fields.findChildren<QCheckBox*>().last();
        ModelCard card;
        card.separate_rows = true;
        fields.setCard(card);
        QVERIFY(!pairs->isVisibleTo(&fields));  // this machine has no two GPUs
        fields.setGeneration(kept);
        QVERIFY(pairs->isVisibleTo(&fields) && pairs->isChecked());  // as a project wants it
        Generation taken;
        fields.takeInto(taken);
        QVERIFY(taken.cfgPairs);
        card.traits.guidance = GuidanceKind::None;
        QVERIFY(forgetUseless(taken, card) && !taken.cfgPairs);
        fields.setCard(card);
        QVERIFY(!pairs->isVisibleTo(&fields) && !pairs->isChecked());
    }

    void aRefinerHasItsSwitch() {
        ComponentFields fields;
        auto* takesOver = fields.findChild<QDoubleSpinBox*>();
        fields.setCard({.pipeline_class = "StableDiffusionPipeline"});
        QVERIFY(!box(fields, "Refiner")->isVisibleTo(&fields));
        fields.setCard({.pipeline_class = "StableDiffusionXLPipeline"});
        QVERIFY(box(fields, "Refiner")->isVisibleTo(&fields) && !takesOver->isVisibleTo(&fields));
        QCOMPARE(box(fields, "Refiner")->currentText(), QString("None"));
        fields.setGeneration({.refiner = "sd_xl_refiner"});
        QVERIFY(takesOver->isVisibleTo(&fields));
        Generation generation;
        fields.takeInto(generation);
        QCOMPARE(generation.refiner, QString("sd_xl_refiner"));
        QVERIFY(!generation.parameters.contains("refiner_switch"));
        const QSignalSpy edited(&fields, &ComponentFields::edited);
        takesOver->setValue(0.6);
        QCOMPARE(edited.size(), 1);
        fields.takeInto(generation);
        QCOMPARE(generation.parameters.value("refiner_switch"), QString("0.6"));
        fields.setGeneration({});
        fields.takeInto(generation);
        QVERIFY(generation.refiner.isEmpty() && !generation.parameters.contains("refiner_switch"));
    }

    void whatOtherModelsTakeIsForgotten() {
        Generation generation{.vae = "a", .refiner = "b"};
        generation.parameters["refiner_switch"] = "0.5";
        QVERIFY(!forgetUseless(generation, {.replaceable = {"vae", "text_encoder", "refiner"}}));
        QVERIFY(forgetUseless(generation, {.replaceable = {"vae", "text_encoder"}}));
        QVERIFY(generation.vae == "a" && generation.refiner.isEmpty() && generation.parameters.isEmpty());
    }

    void thePaneHasThem() {
        ParametersPane pane;
        auto* fields = pane.findChild<ComponentFields*>();
        QVERIFY(!fields->isVisibleTo(&pane));
        pane.setGeneration({.vae = "ft-mse"});
        QVERIFY(fields->isVisibleTo(&pane));
        QCOMPARE(box(pane, "VAE")->currentText(), QString("ft-mse"));
        QComboBox* list = box(pane, "VAE");
        list->setCurrentIndex(0);
        Q_EMIT list->activated(0);
        QCOMPARE(pane.generation().vae, QString());
        auto* tiling = fields->findChild<QCheckBox*>();
        QCOMPARE(tiling->accessibleName(), QString("Decode large images in tiles"));
        tiling->click();
        QVERIFY(pane.generation().vaeTiling);
        pane.setGeneration({});
        QVERIFY(!tiling->isChecked());
    }
};

FANLIGHT_TEST(TestComponentFields, QApplication)
#include "tst_component_fields.moc"
