#include "ui/parameters/lora_list.h"

#include <QApplication>
#include <QDoubleSpinBox>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/support/test.h"
#include "ui/parameters/generation.h"
#include "ui/settings/settings.h"

using namespace fanlight::ui;

class TestLoraList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesAndWeightsComeBackInTheirOrder() {
        LoraList list;
        const QSignalSpy edited(&list, &LoraList::edited);
        list.setLoras({"/loras/b.safetensors:0.8", "/loras/a:b.safetensors:-1", "sketch"});
        QCOMPARE(list.loras(), QStringList({"/loras/b.safetensors:0.8", "/loras/a:b.safetensors:-1", "sketch:1"}));
        QCOMPARE(edited.size(), 0);
    }

    void theWeightIsChangedInItsLine() {
        LoraList list;
        list.setLoras({"one:1", "two:1"});
        const QSignalSpy edited(&list, &LoraList::edited);
        list.findChildren<QDoubleSpinBox*>().last()->setValue(0.35);
        QCOMPARE(list.loras(), QStringList({"one:1", "two:0.35"}));
        QCOMPARE(edited.size(), 1);
    }

    void aLineIsRemovedByItsButton() {
        LoraList list;
        list.setLoras({"one:1", "two:1"});
        const QSignalSpy edited(&list, &LoraList::edited);
        for (QToolButton* button : list.findChildren<QToolButton*>())
            if (button->accessibleName() == "Remove one") button->click();
        QCOMPARE(list.loras(), QStringList({"two:1"}));
        QCOMPARE(edited.size(), 1);
    }

    void theyAreRememberedAndRequested() {
        const Generation generation = generationOf(toMap({.loras = {"one:0.5"}}));
        QCOMPARE(generation.loras, QStringList({"one:0.5"}));
        QCOMPARE(requestOf(generation).loras, std::vector<std::string>({"one:0.5"}));
    }

    void whatDiffersFromTheRunIsARowsOwn() {
        Generation run;
        run.loras = {"/loras/ink.safetensors:0.8"};
        const fanlight::Lora ink{.name = "ink", .weight = 0.8}, pen{.name = "pen"};
        fanlight::Recipe recipe{.model = "photo", .loras = {ink}};
        QVERIFY(differencesOf(recipe, run, "photo").isEmpty());
        QCOMPARE(differencesOf(recipe, run, "other"), (QMap<QString, QString>{{"model", "photo"}}));
        recipe.loras = {ink, pen};
        QCOMPARE(differencesOf(recipe, run, "photo"), (QMap<QString, QString>{{"loras", "ink:0.8; pen:1"}}));

        QVERIFY(otherComponents(recipe, run).isEmpty());
        recipe.components = {{.kind = fanlight::vae_kind, .name = "fine"},
                             {.kind = fanlight::text_encoder_kind, .name = "clip_l"}};
        run.vae = "/vaes/fine.safetensors";
        run.refiner = "finisher";
        QCOMPARE(otherComponents(recipe, run), QStringList({"Text encoder: clip_l", "Refiner"}));
        run.refiner.clear();
        QCOMPARE(otherComponents(recipe, run, {"text_encoder", "vae"}), QStringList());  // it finds its own
        run.textEncoders = {"other"};
        QCOMPARE(otherComponents(recipe, run, {"text_encoder", "vae"}), QStringList("Text encoder: clip_l"));
        recipe.loras.clear();
        QCOMPARE(differencesOf(recipe, run, "photo"), (QMap<QString, QString>{{"loras", "none"}}));
    }

    void filesAreChosenWhereTheyLie() {
        QTemporaryDir data;
        qputenv("XDG_DATA_HOME", data.path().toUtf8());
        settings::loraFolder.set({});
        QCOMPARE(LoraList::folder(), data.filePath("fanlight/loras"));
        settings::loraFolder.set("/elsewhere");
        QCOMPARE(LoraList::folder(), QString("/elsewhere"));
        settings::loraFolder.set({});
    }
};

FANLIGHT_TEST(TestLoraList, QApplication)
#include "tst_lora_list.moc"
