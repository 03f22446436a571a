#include <QApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "ui/details/details_pane.h"

using namespace fanlight;
using namespace fanlight::ui;

class NoteTest : public QObject {
    Q_OBJECT

    static GalleryImage image(qint64 id, const QString& note = {}) {
        return {.id = id, .folder = "/runs/dogs", .row = gallery_row(id, "a dog"), .note = note};
    }
    static QPlainTextEdit* noteIn(const DetailsPane& pane) {
        for (auto* edit : pane.findChildren<QPlainTextEdit*>())
            if (!edit->isReadOnly()) return edit;
        return nullptr;
    }

private Q_SLOTS:
    void whatIsTypedIsHandedOverAfterAMoment() {
        DetailsPane pane;
        QSignalSpy changed(&pane, &DetailsPane::noteChanged);
        pane.showImage(image(1, "old"));
        QCOMPARE(noteIn(pane)->toPlainText(), QString("old"));
        noteIn(pane)->setPlainText("new");
        pane.showImage(image(1, "old"));  // something else about it has changed
        QCOMPARE(noteIn(pane)->toPlainText(), QString("new"));
        QVERIFY(changed.isEmpty());
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(changed[0], (QVariantList{qint64{1}, "new"}));
    }

    void theNextImageDoesNotGetIt() {
        DetailsPane pane;
        QSignalSpy changed(&pane, &DetailsPane::noteChanged);
        pane.showImage(image(1));
        noteIn(pane)->setPlainText("for the first");
        pane.showImage(image(2));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0], (QVariantList{qint64{1}, "for the first"}));
        QCOMPARE(noteIn(pane)->toPlainText(), QString());
        noteIn(pane)->setPlainText("for the second");
        pane.showCount(0);
        QCOMPARE(changed.size(), 2);
    }

    void aClosedWindowLosesNothing() {
        DetailsPane pane;
        QSignalSpy changed(&pane, &DetailsPane::noteChanged);
        pane.show();
        pane.showImage(image(1));
        noteIn(pane)->setPlainText("last words");
        pane.close();
        QCOMPARE(changed.size(), 1);
    }

    void aNoteHasALength() {
        DetailsPane pane;
        pane.showImage(image(1));
        noteIn(pane)->setPlainText(QString(5000, 'x'));
        QCOMPARE(noteIn(pane)->toPlainText().size(), 1000);
    }

    void onlyImagesOfRunsHaveNotesAndNumbers() {
        DetailsPane pane;
        GalleryImage found = image(0);  // a file from anywhere
        pane.showImage(found);
        QVERIFY(!noteIn(pane)->isVisibleTo(&pane));
        for (const ImageSetting& setting : originOf(found)) QVERIFY(setting.name != "Number");
        found = image(4);
        found.row.item.row = 1;
        found.row.made.content = ResultFile{"4.png", std::string(64, '0'), 9};
        pane.showImage(found);
        QVERIFY(noteIn(pane)->isVisibleTo(&pane));
        QVERIFY(originOf(found).contains(ImageSetting{"Number", "5, from row 2"}));
    }
};

FANLIGHT_TEST(NoteTest, QApplication)
#include "tst_note.moc"
