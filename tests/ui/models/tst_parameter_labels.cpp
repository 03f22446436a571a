#include "ui/models/parameter_labels.h"

#include <QSet>
#include <QTest>

#include "core/batch/parameter_rules.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestParameterLabels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyParameterOfImagesHasALabelOfItsOwn() {
        QSet<QString> labels;
        for (const std::string& name : parameter_names()) {
            const QString label = labelOf(name.c_str());
            QVERIFY2(label != QString::fromStdString(name), name.c_str());
            QVERIFY2(!labels.contains(label), qPrintable(label));
            labels << label;
        }
    }

    void samplersAndSchedulesAreCalledAsOtherProgramsCallThem() {
        QCOMPARE(valueLabel("sampler", "dpmpp_2m"), QString("DPM++ 2M"));
        QCOMPARE(valueLabel("schedule", "karras"), QString("Karras"));
        QCOMPARE(valueLabel("schedule", "default"), QString("Model's default"));
        QCOMPARE(valueLabel("schedule", "leading"), QString("leading"));  // no other program has it
        QCOMPARE(valueLabel("sampler", "one of tomorrow"), QString("one of tomorrow"));
        QCOMPARE(valueLabel("prompt", "ddim"), QString("ddim"));
    }

    void sentencesAboutFieldsUseTheirLabels() {
        QCOMPARE(inLabels("Row 3: cfg_scale must be a number from 0 to 100, not \"x\"."),
                 QString("Row 3: Guidance must be a number from 0 to 100, not \"x\"."));
        QCOMPARE(inLabels("clip_skip: the model has no use for it."),
                 QString("CLIP skip: the model has no use for it."));
        QCOMPARE(inLabels("There are no steps: cfg_scale is unknown."),
                 QString("There are no steps: Guidance is unknown."));
        QCOMPARE(inLabels("vae: add x--vae/--vae.safetensors, or give it with --text-encoder and --vae; see --help."),
                 QString("VAE: add x--vae/--vae.safetensors, or give it with Text encoder and VAE; see --help."));
        QCOMPARE(inLabels("The model is missing."), QString("The model is missing."));
    }
};

FANLIGHT_TEST(TestParameterLabels)
#include "tst_parameter_labels.moc"
