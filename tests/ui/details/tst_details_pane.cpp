#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "ui/catalogue/png_recipe.h"
#include "ui/details/details_pane.h"
#include "ui/details/image_settings.h"
#include "ui/details/value_label.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

bool shows(const DetailsPane& pane, const QString& text) {
    const auto labels = pane.findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
        return label->isVisibleTo(&pane) && label->text().remove(QChar(0x200b)).contains(text);
    });
}

const QPlainTextEdit* infotextIn(const DetailsPane& pane) {
    const auto edits = pane.findChildren<QPlainTextEdit*>();
    const auto found = std::find_if(edits.begin(), edits.end(), [](const auto* edit) { return edit->isReadOnly(); });
    return found == edits.end() ? nullptr : *found;
}

}  // namespace

class DetailsPaneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyParameterAndTheDeviceAreShown() {
        DetailsPane pane;
        pane.showImage({.folder = "/runs/dogs", .row = gallery_row(3, "a dog")});
        for (const char* text : {"a dog", "blurry", "starter", "45", "20", "7.5", "48 × 32", "DPM++ 2M", "Karras",
                                 "NVIDIA H100", "3.png", "/runs/dogs"})
            QVERIFY2(shows(pane, text), text);
        QVERIFY(infotextIn(pane)->toPlainText().contains("Sampler: DPM++ 2M, Schedule type: Karras"));
    }

    void whatStoodInPlaceOfTheModelsOwnIsShown() {
        GalleryImage image{.folder = "/runs/dogs", .row = gallery_row(3, "a dog")};
        Recipe recipe = image.row.recipe();
        recipe.components = {{.kind = network_kind, .name = "swift"},
                             {.kind = vae_kind, .name = "fine"},
                             {.kind = text_encoder_kind, .name = "clip_l"},
                             {.kind = text_encoder_kind, .name = "clip_g"}};
        recipe.embeddings = {{.name = "moss"}};
        image.row.item.recipe = Shared(recipe);
        DetailsPane pane;
        pane.showImage(image);
        for (const char* text : {"swift", "fine", "clip_l, clip_g", "moss"}) QVERIFY2(shows(pane, text), text);
    }

    void howAPromptWasReadIsShownIfItMatters_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<int>("emphasis");
        QTest::addColumn<int>("cut");
        QTest::addColumn<QStringList>("shown");
        const auto row = [](const char* name, const char* prompt, Emphasis emphasis, int cut,
                            const QStringList& shown) {
            QTest::newRow(name) << prompt << int(emphasis) << cut << shown;
        };
        row("plain", "a dog", Emphasis::Literal, 0, {});
        row("literal", "a (dog)", Emphasis::Literal, 0, {"literal"});
        row("cut", "a dog", Emphasis::Literal, 5, {"literal", "5 token"});
        row("weights", "a (dog)", Emphasis::NoNorm, 0, {"No norm"});
    }
    void howAPromptWasReadIsShownIfItMatters() {
        QFETCH(QString, prompt);
        QFETCH(int, emphasis);
        QFETCH(int, cut);
        GalleryImage image{.row = gallery_row(0, prompt.toStdString())};
        ImageTask& task = image.row.item.task.edit<ImageTask>();
        task.emphasis = Emphasis(emphasis);
        if (cut > 0) task.layout = Shared(PromptLayout{.cut_tokens = cut});
        QStringList shown;
        for (const ImageSetting& setting : settingsOf(image))
            if (setting.name == "Emphasis" || setting.name == "Cut off") shown << setting.value;
        for (QString& value : shown) value.remove("(s)");
        QTEST(shown, "shown");
    }

    void copiedTextHasNoLayoutMarks_data() {
        QTest::addColumn<QString>("value");
        QTest::newRow("a hash") << QString(64, 'a');
        QTest::newRow("a prompt") << QStringLiteral("قطة (حمراء:1.2)");
    }
    void copiedTextHasNoLayoutMarks() {
        QFETCH(QString, value);
        ValueLabel label(value);
        QVERIFY(label.text() != value);
        QTest::keySequence(&label, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), value);
        label.setSelection(0, static_cast<int>(label.text().size()));
        QGuiApplication::clipboard()->clear();
        QTest::keySequence(&label, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), value);
    }

    void anotherImageReplacesTheFirst() {
        DetailsPane pane;
        pane.showImage({.folder = "/runs/dogs", .row = gallery_row(0, "a dog")});
        pane.showImage({.folder = "/runs/cats", .row = gallery_row(0, "a cat")});
        QVERIFY(shows(pane, "a cat"));
        QVERIFY(!shows(pane, "a dog"));
        pane.showCount(0);
        QVERIFY(!shows(pane, "a cat"));
    }

    void aPictureWithoutTextsSaysSo() {
        const QTemporaryDir folder;
        const QString file = folder.filePath("plain.png");
        QImage plain(20, 10, QImage::Format_RGB32);
        plain.fill(Qt::red);
        QVERIFY(plain.save(file));
        DetailsPane pane;
        pane.showFile(file);
        QVERIFY(shows(pane, "does not say how it was made"));
        QVERIFY(shows(pane, "20 × 10"));
        for (const auto* button : pane.findChildren<QPushButton*>())
            if (button->text() == "Use these settings") QVERIFY(!button->isEnabled());
    }

    void whatOtherProgramsHaveMadeHasWeights() {
        const QTemporaryDir folder;
        for (const QString& label : {QString(), QString(", Emphasis: No norm")}) {
            QImage picture(20, 10, QImage::Format_RGB32);
            picture.fill(Qt::red);
            picture.setText("parameters", "a (dog)\nSteps: 20, Sampler: Euler, Seed: 1, Size: 20x10" + label);
            const QString file = folder.filePath("other.png");
            QVERIFY(picture.save(file));
            const ManifestRow row = rowOfPng(file);
            QVERIFY(image_of(row.item).emphasis == (label.isEmpty() ? Emphasis::Original : Emphasis::NoNorm));
        }
    }

    void bothScalesOfForgesPicturesAreShown() {
        const QTemporaryDir folder;
        QImage picture(20, 10, QImage::Format_RGB32);
        picture.fill(Qt::red);
        picture.setText("parameters", "a dog\nSteps: 20, CFG scale: 2, Distilled CFG Scale: 3.5, Seed: 1, Size: 20x10");
        const QString file = folder.filePath("forge.png");
        QVERIFY(picture.save(file));
        const ManifestRow row = rowOfPng(file);
        QVERIFY(image_of(row.item).cfg_scale == 3.5 && image_of(row.item).true_cfg_scale == 2);
        DetailsPane pane;
        pane.showImage({.row = row});
        QVERIFY(shows(pane, "True CFG scale"));
        QVERIFY(infotextIn(pane)->toPlainText().contains("CFG scale: 2, Distilled CFG Scale: 3.5"));
    }

    void aFailedItemShowsItsReason() {
        DetailsPane pane;
        pane.showImage({.row = gallery_row(0, "a dog"), .state = ImageState::Failed, .reason = "too little memory"});
        QVERIFY(shows(pane, "too little memory"));
    }

    void settingsAreEmitted() {
        DetailsPane pane;
        QSignalSpy used(&pane, &DetailsPane::useSettings);
        QSignalSpy more(&pane, &DetailsPane::moreLikeThis);
        pane.showImage({.row = gallery_row(1, "a dog")});
        for (auto* button : pane.findChildren<QPushButton*>())
            if (button->text() == "Use these settings" || button->text() == "More like this") button->click();
        QCOMPARE(used.size(), 1);
        QCOMPARE(more.size(), 1);
        QCOMPARE(image_of(used[0][0].value<Item>()).seed, uint64_t{43});
    }

    void onlyDifferingSettingsAreListed() {
        const GalleryImage first{.row = gallery_row(0, "a dog")};
        GalleryImage second{.row = gallery_row(1, "a dog")};
        second.row.item.task.edit<ImageTask>().negative_prompt = "";
        second.row.made.device_name = "another";  // which does not affect the picture
        const auto found = differences(first, second);
        QCOMPARE(found.size(), 2);
        QCOMPARE(found[0].first, QString("blurry"));
        QCOMPARE(found[0].second, QString());
        QCOMPARE(found[1].second, QString("43"));
        QVERIFY(differences(first, first).isEmpty());
        QCOMPARE(differences(second, first).size(), 2);
    }
};

FANLIGHT_TEST(DetailsPaneTest, QApplication)
#include "tst_details_pane.moc"
