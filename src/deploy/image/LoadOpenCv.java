/** Loads the part of OpenCV that decodes pictures, so that JavaCPP unpacks the libraries it needs. */
class LoadOpenCv {
    public static void main(String[] arguments) throws ClassNotFoundException {
        Class.forName("org.bytedeco.opencv.global.opencv_imgcodecs");
    }
}
