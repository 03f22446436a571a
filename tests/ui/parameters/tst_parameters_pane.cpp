#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/parameters/guidance_field.h"
#include "ui/parameters/negative_field.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/parameters/second_prompts_field.h"
#include "ui/parameters/seed_field.h"
#include "ui/parameters/size_field.h"
#include "ui/settings/folder_field.h"

using namespace fanlight::ui;

class TstParametersPane : public QObject {
    Q_OBJECT

    static QCheckBox* box(const ParametersPane& pane, const QString& name) {
        for (auto* found : pane.findChildren<QCheckBox*>())
            if (found->accessibleName() == name) return found;
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        qputenv("FANLIGHT_RESOURCES", fanlight::source_path("/resources"));
        QSettings().clear();
    }

    void fieldsFollowTheModelUntilTheyAreChanged() {
        ParametersPane pane;
        QTRY_VERIFY(pane.card().has_value());
        QCOMPARE(pane.effectiveParameters().value("steps"), QString::number(pane.card()->defaults.steps.value()));
        QVERIFY(pane.generation().parameters.isEmpty());
        pane.setParameters({{"steps", "7"}});
        QCOMPARE(pane.effectiveParameters().value("steps"), "7");
        QCOMPARE(requestOf(pane.generation()).parameters.at("steps"), "7");
    }

    void fieldsKeepTheirValuesWhileTheModelIsMissing() {
        ParametersPane pane;
        QTRY_VERIFY(pane.card().has_value());
        const auto* size = pane.findChild<SizeField*>();
        const QSize before = size->size();
        const int steps = pane.effectiveParameters().value("steps").toInt();
        QVERIFY(before.width() > 8 && steps > 1);
        Generation missing;
        missing.model = "/nowhere/model";
        pane.setGeneration(missing);
        QTRY_VERIFY(!pane.card().has_value());
        QCOMPARE(size->size(), before);
        QList<int> values;
        for (const auto* box : pane.findChildren<QSpinBox*>()) values << box->value();
        QVERIFY(values.contains(steps));
        const auto noted = [&] {
            for (const auto* label : pane.findChildren<QLabel*>())
                if (label->accessibleName() == "Notes on the values") return label->text();
            return QString();
        };
        QVERIFY2(noted().contains("Model not found"), qPrintable(noted()));
        missing.parameters = {{"width", "64"}, {"height", "96"}};
        pane.setGeneration(missing);
        QCOMPARE(size->size(), QSize(64, 96));
        pane.setGeneration({});
        QTRY_VERIFY(pane.card().has_value());
        QCOMPARE(size->size(), before);
        QCOMPARE(noted(), QString());
    }

    void aModelThatGoesAwayIsMissed() {
        QTemporaryDir data;
        qputenv("XDG_DATA_HOME", data.path().toUtf8());
        const QString mine = data.filePath("fanlight/models/mine");
        QVERIFY(QDir().mkpath(data.filePath("fanlight/models")));
        const QString starter = QString::fromStdString(fanlight::source_path("/resources/starter/model"));
        QVERIFY(QFile::link(starter, mine));
        ParametersPane pane;
        QSignalSpy problem(&pane, &ParametersPane::problem);
        QTRY_VERIFY(pane.card().has_value());
        const auto* models = pane.findChild<QComboBox*>();
        QTRY_VERIFY(models->findText("mine") >= 0);
        pane.setGeneration({.model = "mine"});
        QTRY_COMPARE(models->currentText(), QString("mine"));
        QTRY_VERIFY(pane.card() && pane.card()->name == "mine");
        QVERIFY(QFile::remove(mine));
        QTRY_VERIFY(!pane.card().has_value());
        QVERIFY(problem.last().first().toString().contains("There is no model \"mine\""));
        QVERIFY(QFile::link(starter, mine));
        QTRY_VERIFY(pane.card().has_value());
        qunsetenv("XDG_DATA_HOME");
    }

    void aFlowModelShowsWhatItHasAlone() {
        ParametersPane pane;
        pane.show();
        QTRY_VERIFY(pane.card().has_value());
        const auto shows = [&](const char* name) {
            for (const QWidget* widget : pane.findChildren<QWidget*>())
                if (widget->accessibleName() == name) return !widget->isHidden() && widget->parentWidget()->isVisible();
            return false;
        };
        QVERIFY(shows("Prediction") && shows("Timesteps") && shows("CLIP skip") && shows("Emphasis") &&
                !shows("Shift"));
        Generation flow{.model = fanlight::source_path("/tests/golden/data/pipelines/z_image"),
                        .prediction = "epsilon"};
        flow.parameters = {{"sampler", "ddim"}, {"schedule", "leading"}, {"timesteps", "999,499"}, {"shift", "6"}};
        pane.setGeneration(flow);
        QTRY_VERIFY(pane.card() && pane.card()->flow);
        QVERIFY(!shows("Prediction") && !shows("Timesteps") && !shows("CLIP skip") && !shows("Emphasis"));
        QVERIFY(shows("Shift"));
        const Generation left = pane.generation();
        QCOMPARE(left.prediction, QString());
        QCOMPARE(left.parameters, (QMap<QString, QString>{{"shift", "6"}}));
        QCOMPARE(pane.effectiveParameters().value("sampler"), QString("euler"));
        pane.setGeneration({});
        QTRY_VERIFY(pane.card() && !pane.card()->flow);
        QVERIFY(shows("Timesteps") && !shows("Shift"));
    }

    void aModelThatTakesNoNegativePromptShowsNone() {
        ParametersPane pane;
        pane.show();
        QTRY_VERIFY(pane.card().has_value());
        const auto shows = [&](const char* name) {
            for (const QWidget* widget : pane.findChildren<QWidget*>())
                if (widget->accessibleName() == name) return widget->isVisibleTo(&pane);
            return false;
        };
        QVERIFY(shows("Negative prompt") && shows("Guidance"));
        Generation klein{.model = fanlight::source_path("/tests/golden/data/pipelines/flux_2")};
        klein.parameters = {{"negative_prompt", "blurry"}, {"cfg_scale", "3"}};
        pane.setGeneration(klein);
        QTRY_VERIFY(pane.card() && !pane.card()->traits.negative_prompt);
        QVERIFY(!shows("Negative prompt") && shows("Guidance"));
        QCOMPARE(pane.generation().parameters, (QMap<QString, QString>{{"cfg_scale", "3"}}));
    }

    void aModelThatTakesNoTrueScaleForgetsIt() {
        ParametersPane pane;
        QTRY_VERIFY(pane.card().has_value());
        QVERIFY(!pane.card()->traits.takes_true_cfg);
        pane.setParameters({{"true_cfg_scale", "4"}, {"cfg_scale", "3"}});
        QCOMPARE(pane.generation().parameters, (QMap<QString, QString>{{"cfg_scale", "3"}}));
    }

    void scalesThatAModelDoesNotTakeAreHidden() {
        using fanlight::GuidanceKind;
        GuidanceField field;
        const auto box = [&](const QString& name) -> QDoubleSpinBox* {
            for (auto* each : field.findChildren<QDoubleSpinBox*>())
                if (each->accessibleName() == name) return each;
            return nullptr;
        };
        auto *scale = box("Guidance"), *true_scale = box("True CFG scale");
        QVERIFY(scale && true_scale);
        QVERIFY(scale->isVisibleTo(&field) && !true_scale->isVisibleTo(&field));
        QVERIFY(scale->accessibleDescription().contains("the negative prompt has no effect"));
        field.setTraits({.guidance = GuidanceKind::Distilled, .takes_true_cfg = true});
        QVERIFY(scale->isVisibleTo(&field) && true_scale->isVisibleTo(&field));
        QVERIFY(scale->accessibleDescription().contains("The network takes this as an input"));
        QSignalSpy edited(&field, &GuidanceField::edited);
        field.setScales("3.5", "2.5");
        QVERIFY(edited.isEmpty() && scale->value() == 3.5 && true_scale->value() == 2.5);
        true_scale->setValue(4);
        QCOMPARE(edited.takeFirst(), QVariantList({"true_cfg_scale", "4"}));
        field.setTraits({.guidance = GuidanceKind::None});
        QVERIFY(!scale->isVisibleTo(&field) && !true_scale->isVisibleTo(&field));
    }

    void promptsAreTakenLiterallyIfOneSaysSo() {
        ParametersPane pane;
        auto* literal = box(pane, "Take prompts literally");
        QVERIFY(!literal->isChecked());
        QCOMPARE(pane.effectiveParameters().value("literal"), QString("no"));
        literal->click();
        QCOMPARE(pane.effectiveParameters().value("literal"), QString("yes"));
        QCOMPARE(requestOf(pane.generation()).parameters.at("literal"), std::string("yes"));
        const Generation chosen = generationOf(toMap(pane.generation()));
        literal->click();
        QVERIFY(!pane.generation().parameters.contains("literal"));
        pane.setGeneration(chosen);
        QVERIFY(literal->isChecked());
        pane.setGeneration({});
        QVERIFY(!literal->isChecked());
    }

    void howWeightsActIsChosen() {
        ParametersPane pane;
        auto* literal = box(pane, "Take prompts literally");
        QComboBox* emphasis = nullptr;
        for (auto* choice : pane.findChildren<QComboBox*>())
            if (choice->accessibleName() == "Emphasis") emphasis = choice;
        QVERIFY(emphasis);
        QCOMPARE(emphasis->currentText(), QString("Original"));
        emphasis->setCurrentIndex(emphasis->findData("no-norm"));
        Q_EMIT emphasis->activated(emphasis->currentIndex());
        QCOMPARE(requestOf(pane.generation()).parameters.at("emphasis"), std::string("no-norm"));
        literal->click();
        QVERIFY(!emphasis->isEnabled());
        literal->click();
        QCOMPARE(pane.effectiveParameters().value("emphasis"), QString("no-norm"));
        pane.setGeneration({.parameters = {{"emphasis", "literal"}}});
        QVERIFY(literal->isChecked());
        literal->click();
        QVERIFY(pane.generation().parameters.isEmpty());
        QCOMPARE(emphasis->currentText(), QString("Original"));
    }

    void everyRowHasTheSameSeedIfOneSaysSo() {
        ParametersPane pane;
        auto* same = box(pane, "Same seed for every row");
        QSignalSpy changed(&pane, &ParametersPane::changed);
        QVERIFY(!same->isChecked() && !requestOf(pane.generation()).same_seed);
        same->click();
        QCOMPARE(changed.size(), 1);
        QVERIFY(requestOf(pane.generation()).same_seed);
        const Generation chosen = generationOf(toMap(pane.generation()));
        pane.setGeneration({});
        QVERIFY(!same->isChecked());
        pane.setGeneration(chosen);
        QVERIFY(same->isChecked());
    }

    void aSamplerForgetsWhatItCannot() {
        ParametersPane pane;
        QTRY_VERIFY(pane.card().has_value());
        pane.setParameters({{"sampler", "dpmpp_2m_sde"},
                            {"schedule", "kl_optimal"},
                            {"eta", "0.5"},
                            {"rescale_cfg", "0.7"},
                            {"cfg_end", "0.25"}});
        auto asked = requestOf(pane.generation()).parameters;
        QCOMPARE(asked.at("schedule"), "kl_optimal");
        QCOMPARE(asked.at("eta"), "0.5");
        QCOMPARE(asked.at("rescale_cfg"), "0.7");
        QCOMPARE(asked.at("cfg_end"), "0.25");
        pane.setParameters({{"sampler", "tcd"}});
        asked = requestOf(pane.generation()).parameters;
        QVERIFY(!asked.contains("schedule"));
        QCOMPARE(asked.at("eta"), "0.5");
        pane.setParameters({{"sampler", "euler"}});
        QVERIFY(!requestOf(pane.generation()).parameters.contains("eta"));
        QVERIFY(!pane.effectiveParameters().contains("eta"));
        pane.setParameters({{"sampler", "euler_ancestral"}});
        QCOMPARE(pane.effectiveParameters().value("eta"), QString("1"));
    }

    void timestepsTakeThePlaceOfSteps() {
        ParametersPane pane;
        QTRY_VERIFY(pane.card().has_value());
        QLineEdit* line = nullptr;
        for (QLineEdit* each : pane.findChildren<QLineEdit*>())
            if (each->accessibleName() == "Timesteps") line = each;
        QVERIFY(line);
        pane.setParameters({{"sampler", "euler"}, {"steps", "7"}});
        QVERIFY(line->isEnabled());
        QTest::keyClicks(line, "999,749, 499");
        auto asked = requestOf(pane.generation()).parameters;
        QCOMPARE(asked.at("timesteps"), "999,749, 499");
        QVERIFY(!asked.contains("steps"));
        QCOMPARE(pane.effectiveParameters().value("steps"), QString("3"));
        QVERIFY(generationOf(toMap(pane.generation())) == pane.generation());
        pane.setParameters({{"steps", "5"}});
        QVERIFY(line->text().isEmpty() && !requestOf(pane.generation()).parameters.contains("timesteps"));
        QTest::keyClicks(line, "999");
        pane.setParameters({{"sampler", "ddim"}});
        QVERIFY(line->text().isEmpty() && !line->isEnabled());
        QVERIFY(!requestOf(pane.generation()).parameters.contains("timesteps"));
    }

    void secondPromptsAreForModelsThatReadThem() {
        const QString models = fanlight::source_path("/tests/golden/data/pipelines/");
        ParametersPane pane;
        QLineEdit* line = nullptr;
        for (QLineEdit* each : pane.findChildren<QLineEdit*>())
            if (each->accessibleName() == "Second prompt") line = each;
        QVERIFY(line);
        pane.setGeneration({.model = models + "sdxl"});
        QTRY_VERIFY(pane.card() && pane.card()->traits.takes_second_prompts);
        QVERIFY(!pane.findChild<SecondPromptsField*>()->isHidden());
        QTest::keyClicks(line, "in oil");
        QCOMPARE(requestOf(pane.generation()).parameters.at("prompt_2"), std::string("in oil"));
        QCOMPARE(pane.effectiveParameters().value("prompt_2"), QString("in oil"));
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QVERIFY(!requestOf(pane.generation()).parameters.contains("prompt_2"));
        pane.setParameters({{"prompt_2", "in ink"}, {"negative_prompt_2", "grey"}});
        QCOMPARE(line->text(), QString("in ink"));
        Generation other = pane.generation();
        other.model = models + "sd1";
        pane.setGeneration(other);
        QTRY_VERIFY(pane.card() && !pane.card()->traits.takes_second_prompts);
        QVERIFY(pane.findChild<SecondPromptsField*>()->isHidden());
        QVERIFY(!pane.effectiveParameters().contains("prompt_2") &&
                !pane.effectiveParameters().contains("negative_prompt_2"));
    }

    /// Where the model tells it from none.
    void theNegativePromptMayBeAnEmptyText() {
        const QString models = fanlight::source_path("/tests/golden/data/pipelines/");
        ParametersPane pane;
        auto* field = pane.findChild<NegativeField*>();
        auto* line = field->findChild<QLineEdit*>();
        auto* empty = field->findChild<QCheckBox*>();
        const auto given = [&] { return givenValue("negative_prompt", pane.generation()); };
        pane.setGeneration({.model = models + "sdxl"});
        QTRY_VERIFY(pane.card() && pane.card()->traits.tells_absent_negative);
        QVERIFY(!empty->isHidden() && !empty->isChecked() && line->placeholderText() == "none");
        QVERIFY(!given() && !pane.effectiveParameters().contains("negative_prompt"));
        empty->click();
        QCOMPARE(given(), std::optional<QString>(""));
        QCOMPARE(line->placeholderText(), QString("empty"));
        QCOMPARE(requestOf(pane.generation()).parameters.at("negative_prompt"), std::string());
        QVERIFY(generationOf(toMap(pane.generation())) == pane.generation());
        pane.setParameters({{"steps", "7"}});
        QVERIFY(empty->isChecked() && pane.effectiveParameters().contains("negative_prompt"));
        QTest::keyClicks(line, "x");
        QVERIFY(!empty->isChecked() && !empty->isEnabled());
        QCOMPARE(given(), std::optional<QString>("x"));
        QTest::keyClick(line, Qt::Key_Backspace);
        QVERIFY(!given() && empty->isEnabled());

        pane.setGeneration({.model = models + "sd1"});
        QTRY_VERIFY(pane.card() && !pane.card()->traits.tells_absent_negative);
        QVERIFY(empty->isHidden());
        QVERIFY(pane.effectiveParameters().contains("negative_prompt"));
    }

    void theModelsOwnValuesLeaveWhatIsNotItsOwn() {
        ParametersPane pane;
        Generation chosen{.parameters = {{"steps", "7"}, {"negative_prompt", "grey"}}, .randomSeed = true};
        chosen.prefix = "best";
        chosen.loras = {"ink:0.5"};
        chosen.batchSize = 3;
        pane.setGeneration(chosen);
        for (QToolButton* button : pane.findChildren<QToolButton*>())
            if (button->text() == "Model's default values") button->click();
        chosen.parameters.remove("steps");
        chosen.batchSize = 1;
        QVERIFY(pane.generation() == chosen);
    }

    void everyPromptHasTheCommonTexts() {
        ParametersPane pane;
        const auto type = [&](const QString& name, const QString& text) {
            for (QLineEdit* line : pane.findChildren<QLineEdit*>())
                if (line->accessibleName() == name) QTest::keyClicks(line, text);
        };
        type("Negative prompt", "grey");
        type("Prefix", "best");
        type("Suffix", "ink");
        const fanlight::PlanRequest request = requestOf(pane.generation());
        QCOMPARE(request.parameters.at("negative_prompt"), std::string("grey"));
        QVERIFY((request.affixes == fanlight::Affixes{"best", "ink"}));
        QCOMPARE(pane.effectiveParameters().value("negative_prompt"), QString("grey"));
        QVERIFY(generationOf(toMap(pane.generation())) == pane.generation());
    }

    void changesDuringARunSayThatTheyAreForTheNextOne() {
        ParametersPane pane;
        const auto says = [&] {
            for (const QLabel* label : pane.findChildren<QLabel*>())
                if (!label->isHidden() && label->text().contains("apply to the next one")) return true;
            return false;
        };
        pane.setRun(1);
        QVERIFY(!says());
        pane.setParameters({{"steps", "7"}});
        QVERIFY(says());
        pane.setGeneration({});
        QVERIFY(!says());
        pane.setParameters({{"steps", "7"}});
        pane.setRun(2);
        QVERIFY(!says());
    }

    void aFolderThatCannotBeWrittenIsRefusedInItsPlace() {
        ParametersPane pane;
        auto* field = pane.findChild<FolderField*>();
        field->setFolder("/proc/none");
        Q_EMIT field->edited();
        const auto says = [&] {
            for (const QLabel* label : field->findChildren<QLabel*>())
                if (!label->isHidden() && label->text().contains("/proc/none")) return true;
            return false;
        };
        QTRY_VERIFY(says());
        QVERIFY(pane.generation().outputFolder.isEmpty());
        QTemporaryDir folder;
        field->setFolder(folder.filePath("new"));
        Q_EMIT field->edited();
        QTRY_COMPARE(pane.generation().outputFolder, folder.filePath("new"));
        QVERIFY(!says());
    }

    void aSeedOf64BitsSurvives() {
        ParametersPane pane;
        pane.setParameters({{"seed", "18446744073709551615"}});
        QCOMPARE(pane.takeSeed(), 18446744073709551615u);
    }

    void randomSeedsDiffer() {
        ParametersPane pane;
        Generation random;
        random.randomSeed = true;
        pane.setGeneration(random);
        QVERIFY(pane.takeSeed() != pane.takeSeed());
    }

    void minusOneIsARandomSeed() {
        SeedField field;
        field.set(42, false);
        auto* number = field.findChild<QLineEdit*>();
        number->selectAll();
        QTest::keyClicks(number, "-1");
        QVERIFY(field.isRandom());
        QCOMPARE(field.seed(), std::optional<quint64>(42));
    }

    void storedValuesAreReadBack() {
        Generation generation;
        generation.model = "org/model";
        generation.prediction = "v_prediction";
        generation.parameters = {{"steps", "7"}, {"sampler", "euler"}};
        generation.randomSeed = true;
        generation.sameSeed = true;
        generation.batchSize = 4;
        generation.dtype = "bfloat16";
        QVERIFY(generationOf(toMap(generation)) == generation);
    }

    void theRunIsToldWhatTheModelPredicts() {
        Generation generation;
        QCOMPARE(requestOf(generation).prediction, std::string());
        generation.prediction = "epsilon";
        QCOMPARE(requestOf(generation).prediction, std::string("epsilon"));
    }

    void theDtypeIsTheRunsToChooseUnlessItIsSet() {
        Generation generation;
        QCOMPARE(requestOf(generation).dtype, std::string("auto"));
        QCOMPARE(generationOf(toMap(generation)).dtype, QString("auto"));
        generation.dtype = "float32";
        QCOMPARE(requestOf(generationOf(toMap(generation))).dtype, std::string("float32"));
    }

    void damagedSettingsGiveDefaults() {
        const QVariantMap damaged = {{"parameters", QVariantMap{{"steps", "many"}, {"nonsense", "1"}}},
                                     {"batch_size", -5},
                                     {"dtype", "int3"},
                                     {"prediction", "x0"}};
        QVERIFY(generationOf(damaged) == Generation{});
    }

    void shapesKeepTheArea_data() {
        QTest::addColumn<int>("wide");
        QTest::addColumn<int>("high");
        QTest::addColumn<QSize>("size");
        QTest::newRow("square") << 1 << 1 << QSize(512, 512);
        QTest::newRow("landscape") << 3 << 2 << QSize(624, 416);
        QTest::newRow("portrait") << 9 << 16 << QSize(384, 680);
    }
    void shapesKeepTheArea() {
        QFETCH(int, wide);
        QFETCH(int, high);
        QTEST(sizeOfShape(wide, high, 512 * 512), "size");
    }

    void shapesAreTheSizesThatTheModelWasTrainedFor() {
        SizeField field;
        const auto* shapes = field.findChild<QComboBox*>();
        const auto last = [&] { return shapes->itemText(shapes->count() - 1); };
        QCOMPARE(last(), QString("9 : 16"));
        ModelCard card;
        card.defaults.width = card.defaults.height = 1024;
        card.traits.sizes = {{832, 1216}, {1024, 1024}};
        field.setModel(card);
        QCOMPARE(shapes->count(), 3);
        QCOMPARE(last(), QString("1024 × 1024"));
        field.setSize({832, 1216});
        QCOMPARE(shapes->currentText(), QString("832 × 1216"));
        field.setSize({832, 1208});
        QCOMPARE(shapes->currentIndex(), 0);
        card.traits.sizes.clear();
        field.setModel(card);
        QCOMPARE(last(), QString("9 : 16"));
    }

    void allSizesThatAreOfferedCanBeMade() {
        SizeField field;
        ModelCard card;
        card.defaults.width = card.defaults.height = 1024;
        card.traits.size_step = 16;
        field.setModel(card);
        auto* shapes = field.findChild<QComboBox*>();
        for (int shape = 1; shape < shapes->count(); ++shape) {
            Q_EMIT shapes->activated(shape);
            QVERIFY2(field.size().width() % 16 == 0 && field.size().height() % 16 == 0,
                     qPrintable(shapes->itemText(shape)));
        }
        field.findChildren<QSpinBox*>().first()->setValue(1032);
        QCOMPARE(field.size().width(), 1040);
    }

    void scalesOfImagesAreThoseOfTheModel_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<double>("floor");
        QTest::addColumn<double>("scale");
        QTest::addColumn<QString>("said");
        QTest::newRow("another program's of Z-Image") << "z_image" << 1.0 << 5.0 << "cfg_scale 4";
        QTest::newRow("not guided") << "z_image" << 1.0 << 1.0 << "cfg_scale 0";
        QTest::newRow("our own") << "z_image" << 0.0 << 4.0 << "";
        QTest::newRow("of Z-Image") << "sd1" << 0.0 << 4.0 << "cfg_scale 5";
        QTest::newRow("of FLUX.1, in one number") << "flux_1" << 1.0 << 2.5 << "true_cfg_scale 2.5";
        QTest::newRow("of FLUX.1, in both") << "flux_1" << 100.0 << 3.5 << "";
    }
    void scalesOfImagesAreThoseOfTheModel() {
        QFETCH(QString, model);
        QFETCH(double, floor);
        QFETCH(double, scale);
        const std::string folder = fanlight::source_path("/tests/golden/data/pipelines/" + model.toStdString());
        const auto card = fanlight::find_model(folder, fanlight::ModelPlaces(fanlight::source_path("/resources")));
        fanlight::ImageTask image;
        image.cfg_floor = floor;
        image.cfg_scale = scale;
        const auto scales = scalesFor(card, image);
        QTEST(scales.isEmpty() ? QString() : scales.firstKey() + " " + scales.first(), "said");
    }

    void aTypedSizeBecomesAMultipleOfEight() {
        SizeField field;
        QSize chosen;
        connect(&field, &SizeField::edited, this, [&](const QSize& size) { chosen = size; });
        field.findChildren<QSpinBox*>().first()->setValue(517);
        QCOMPARE(chosen.width(), 520);
        QCOMPARE(field.size().width(), 520);
    }
};

FANLIGHT_TEST(TstParametersPane, QApplication)
#include "tst_parameters_pane.moc"
